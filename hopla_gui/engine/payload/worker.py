"""Supervises jobs, one at a time: starts, measures and ends them, and tells the program.

A forked child of the template. It sleeps in ``select`` until the program says something, a child
ends or a time is up; when its socket ends, the program is gone, and so are its job and itself.

The program may send jobs ahead, so that the next begins as soon as one has ended. They are handed
back, not begun, where the job at hand takes longer than a moment or anybody stops or freezes it.
"""

import _signal
import _socket
import contextlib
import os
import select
import time

from . import preload, process_tree, target
from .channel import Channel
from .hostqueue import HostQueue
from .launch import Launch
from .loglimit import LogLimit
from .results import SharedResult, last_line, memory_file
from .reuse import HostLaunch
from .watch import Watch

HOST_LEAVES_S = 2.0  # atexit of a host


class Worker:
    """Runs the jobs that the program sends.

    Parameters
    ----------
    channel
        To the program's thread for this worker.
    alarm
        Becomes readable when a child ends.
    setup
        What all jobs of the run have in common.
    script
        What to fork, or ``None`` to start a new program for each job.
    """

    def __init__(self, channel, alarm, setup, script):
        self.channel = channel
        self.alarm = alarm
        self.setup = setup
        self.script = script
        self.shared = SharedResult() if script else None
        self.memory = None if script or not setup["command"] else memory_file()
        self.pid = None  # of the job at hand, or of the host
        self.host = None
        self.ahead = []  # requests of the jobs to come
        self._queued = 0  # how many of them, from the first on, its host takes by itself
        self.is_frozen = False
        self.reuses = setup["isolation"] == "reuse"
        self.unwanted = set()  # jobs that are to be stopped as soon as they are at hand
        self.host_cpu = 0.0  # seconds that the host has used for the jobs before the one at hand
        self._is_told = False  # whether the host has the job at hand from us, not off the queue
        self._queue = HostQueue(setup["scratch"]) if self.reuses else None
        self.own_pid, self._template = os.getpid(), os.getppid()
        self.null = os.open(os.devnull, os.O_RDONLY)
        process_tree.become_subreaper()
        self._reseeds = preload.reseeds() + script.reseeds if script else []
        if script:
            preload.freeze()  # the worker's own objects are no job's to finalise
            if not (self.reuses or script.module):
                script.main = target.new_main(script.path)  # a job's to finalise: behind the freeze

    def serve(self):
        """Run jobs until the program is gone; return, in a forked job, what to run."""
        while True:
            is_queued = self._queued > 0
            if is_queued:
                self._queued -= 1
            request = self.ahead.pop(0) if self.ahead else self.channel.read()
            if request is None:
                self._leave()
            self.is_frozen = request.get("suspend", self.is_frozen)
            if "job" in request:
                launch = self._start(request, is_queued)
                if launch:
                    return launch

    def take_ahead(self, request):
        """Keep a job that has been sent ahead; a host can begin with it without being told."""
        self.ahead.append(request)
        # One after another: none before one that there was no room for.
        can_queue = self.reuses and not self._is_told and self._queued == len(self.ahead) - 1
        if can_queue and self._queue.put(request):
            self._queued += 1

    def hand_back(self):
        """Return the jobs that have been sent ahead and that no host has begun meanwhile.

        Where there are none nobody asks for the lock of the queue: a host may hold it, frozen.
        """
        back = self._take_back() if self.ahead else []
        if back:
            with contextlib.suppress(OSError):  # the program is gone; the watch will see
                self.channel.send(back=back)

    def _take_back(self):
        taken = self._queue.empty() if self.reuses else []
        if len(taken) > self._queued:  # the job at hand too: no host had begun it yet
            self._queue.put(taken.pop(0))
        begun = self._queued - len(taken)
        back = [request["job"] for request in self.ahead[begun:]]
        self._queued = begun
        del self.ahead[begun:]
        return back

    def become_job(self):
        """Make the process that was just forked a job's, with nothing of the worker open."""
        os.setsid()
        process_tree.die_with_parent(self.own_pid)
        if self.setup.get("outlives_sigterm"):
            _signal.signal(_signal.SIGTERM, _signal.SIG_DFL)
        self.alarm.close()
        self.channel.close()

    def reseed(self):
        """Give the process that was just forked random numbers and secrets of its own."""
        for reseed in self._reseeds:
            reseed()

    def _start(self, request, is_queued):
        """Start a job and see it through; return it in the child, ``None`` in the worker."""
        launch = Launch(self, request)
        begin = time.time(), time.monotonic()
        has_host = self.host is not None
        try:
            child = self._give_to_host(request, is_queued) if self.reuses else self._fork(launch)
        except OSError as error:
            launch.close_logs()
            if self.reuses:
                self._leave_to_next_host(may_begin=False)
            self._answer(request, error=str(error))
            return None
        if child:
            return child
        limit = self.setup["log_limit"] and LogLimit(self.setup["log_limit"], launch.logs)
        watch = Watch(self, request["job"], begin[1], limit)
        facts, result = watch.wait()
        watch.suspend(False)
        self.host_cpu = facts.pop("cpu_so_far", 0.0)
        if "ended" not in facts:  # a host knows better
            now = time.monotonic()
            facts.update(started=begin[0], ended=time.time(), duration=now - begin[1])
        facts["duration"] = max(0.0, facts["duration"] - watch.frozen)
        has_forked = facts.pop("has_forked", True) or not self.host
        self._end_leftovers(watch.why, has_forked, facts.pop("has_children", False))
        if watch.why == "gone":
            launch.collect()
            os._exit(0)
        if self.reuses and not self.host:
            may_begin = has_host and not watch.why  # the host had ended before, by itself
            if self._leave_to_next_host(may_begin):
                return self._start(request, True)
            if may_begin and ("error" in facts or (self._is_told and not launch.has_begun())):
                return self._start(request, self._queue_first(request))
        if "split" not in facts:  # a host collects itself, as long as it lives
            launch.open_stdout_again()
            result, facts["split"] = launch.collect(self.shared.read() if self.shared else b"")
        if facts.get("status") and watch.why is None:
            facts["said"] = last_line(launch.logs[1])
        if limit:
            block = limit.finish()
            result += b"" if result[facts["split"] :] else block
            facts["dropped"] = limit.dropped
        self._answer(request, result, why=watch.why, killed=watch.killed, **facts)
        return None

    def _fork(self, launch):
        launch.try_to_open_logs()  # else the job's process does, as soon as there is room
        launch.announce()
        if self.shared:
            self.shared.clear()
        self.pid = os.fork()
        return None if self.pid else launch

    def _give_to_host(self, request, is_queued):
        if self.host is None:
            ours, theirs = _socket.socketpair()
            self.shared.clear()
            self.pid = os.fork()
            if self.pid == 0:
                ours.close()
                return HostLaunch(self, Channel(theirs.detach()), self._queue)
            theirs.close()
            self.host = Channel(ours.detach())
        self._is_told = not (is_queued or self._queue.put(request))
        if self._is_told:  # it is too long for the queue
            self._tell_host(**request)
        return None

    def _leave_to_next_host(self, may_begin):
        """Leave the job at hand in the queue if the host that is gone had not begun it.

        Where it may not begin any more it is taken off. Returns whether it is there.
        """
        left = self._queue.drain()
        if len(left) > self._queued and not may_begin:
            left.pop(0)
        for request in left:
            self._queue.put(request)
        return len(left) > self._queued

    def _queue_first(self, request):
        """Have the next host begin with a job; ``False`` where it is to be told of it."""
        left = self._queue.drain()
        is_queued = self._queue.put(request)
        for other in left:
            self._queue.put(other)
        return is_queued

    def _tell_host(self, **message):
        with contextlib.suppress(OSError):  # it has just died; the watch will see
            self.host.send(**message)

    def forget_host(self):
        """Have the next job start a new host."""
        if self.host:
            self.host.close()
            self.host = None

    def _answer(self, request, result=b"", **facts):
        # An orphan of a killed template serves no further job: nobody would look after its own.
        is_orphan = os.getppid() != self._template
        if is_orphan:
            self.hand_back()
        is_last = is_orphan and not self.ahead
        try:
            self.channel.send(result, job=request["job"], last=is_last, **facts)
        except OSError:  # the program is gone
            self._leave()
        if is_last:  # what it has sent meanwhile is for another worker
            self._leave()

    def _end_leftovers(self, why, has_forked, has_children):
        """End what the job has left behind; its host too, where that had to be interrupted.

        A host whose job may have left something waits for our word before it begins another one.
        """
        if self.host and why:
            self.forget_host()
        if not (has_forked or why):
            return
        mark = self.setup["scratch"]
        spared = [self.pid] if self.host else []
        roots = [os.getpid(), *spared] if has_children else [os.getpid()]
        process_tree.end_below(roots, self.alarm, spared, mark, patient=why is None)
        if self.host:
            self._tell_host(go_on=True)

    def _leave(self):
        if self.host:
            self._queue.empty()
            self.forget_host()
            deadline = time.monotonic() + HOST_LEAVES_S
            with contextlib.suppress(ChildProcessError):
                while not os.waitpid(self.pid, os.WNOHANG)[0] and time.monotonic() < deadline:
                    select.select([self.alarm], [], [], 0.1)
                    self.alarm.drain()
        process_tree.end_below([os.getpid()], self.alarm, (), self.setup["scratch"])
        os._exit(0)
