"""Supervises jobs, one at a time: starts, measures and ends them, and tells the program.

A forked child of the template. It sleeps in ``select`` until the program says something, a child
ends or a time is up; when its socket ends, the program is gone, and so are its job and itself.

The program may send jobs ahead, so that the next begins as soon as one has ended. They are handed
back, not begun, where the job at hand takes longer than a moment or anybody stops or freezes it.
"""

import _signal
import contextlib
import os
import select
import socket
import time

from . import preload, process_tree, target
from .channel import Channel
from .launch import Launch
from .loglimit import LogLimit
from .results import SharedResult, last_line
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
        self.pid = None  # of the job at hand, or of the host
        self.host = None
        self.ahead = []  # requests of the jobs to come
        self._unsent = None  # the answer that waits until a host has its next job
        self.is_frozen = False
        self._reuses = setup["isolation"] == "reuse"
        self._own, self._template = os.getpid(), os.getppid()
        self.null = os.open(os.devnull, os.O_RDONLY)
        process_tree.become_subreaper()
        if script:
            preload.freeze()  # the worker's own objects are no job's to finalise
            if not (self._reuses or script.module):
                script.main = target.new_main(script.path)  # a job's to finalise: behind the freeze

    def serve(self):
        """Run jobs until the program is gone; return, in a forked job, what to run."""
        while True:
            request = self.ahead.pop(0) if self.ahead else self.channel.read()
            if request is None:
                self._leave()
            self.is_frozen = request.get("suspend", self.is_frozen)
            if "job" in request:
                launch = self._start(request)
                if launch:
                    return launch

    def hand_back(self):
        """Return the jobs that have been sent ahead."""
        if self.ahead:
            back, self.ahead = [request["job"] for request in self.ahead], []
            with contextlib.suppress(OSError):  # the program is gone; the watch will see
                self.channel.send(back=back)

    def become_job(self):
        """Make the process that was just forked a job's, with nothing of the worker open."""
        os.setsid()
        process_tree.die_with_parent(self._own)
        if self.setup.get("outlives_sigterm"):
            _signal.signal(_signal.SIGTERM, _signal.SIG_DFL)
        self.alarm.close()
        self.channel.close()

    def _start(self, request):
        """Start a job and see it through; return it in the child, ``None`` in the worker."""
        launch = Launch(self, request)
        begin = time.time(), time.monotonic()
        try:
            child = self._send_to_host(request) if self._reuses else self._fork(launch)
        except OSError as error:
            launch.close_logs()
            self._answer(request, error=str(error))
            return None
        if child:
            return child
        self._send_answer()
        limit = self.setup["log_limit"] and LogLimit(self.setup["log_limit"], launch.logs)
        watch = Watch(self, request["job"], begin[1], limit)
        facts, result = watch.wait()
        watch.suspend(False)
        ended = time.time(), time.monotonic()
        self._end_leftovers(watch.why, facts.pop("has_children", False))
        if watch.why == "gone":
            launch.collect()
            os._exit(0)
        if "split" not in facts:  # a host collects itself, as long as it lives
            if self._reuses:
                launch.open_stdout_again()
            result, facts["split"] = launch.collect(self.shared.read() if self.shared else b"")
        if facts.get("status") and watch.why is None:
            facts["said"] = last_line(launch.logs[1])
        if limit:
            block = limit.finish()
            result += b"" if result[facts["split"] :] else block
            facts["dropped"] = limit.dropped
        facts.update(started=begin[0], ended=ended[0], duration=ended[1] - begin[1])
        self._answer(request, result, why=watch.why, killed=watch.killed, **facts)
        return None

    def _fork(self, launch):
        launch.open_logs()
        launch.announce()
        if self.shared:
            self.shared.clear()
        self.pid = os.fork()
        return None if self.pid else launch

    def _send_to_host(self, request):
        if self.host is None:
            ours, theirs = socket.socketpair()
            self.pid = os.fork()
            if self.pid == 0:
                ours.close()
                return HostLaunch(self, Channel(theirs.detach()))
            theirs.close()
            self.host = Channel(ours.detach())
        with contextlib.suppress(OSError):  # it has just died; the watch will see
            self.host.send(**request)
        return None

    def forget_host(self):
        """Have the next job start a new host."""
        if self.host:
            self.host.close()
            self.host = None

    def _answer(self, request, result=b"", **facts):
        self._send_answer()
        # An orphan of a killed template serves no further job: nobody would look after its own.
        is_last = os.getppid() != self._template
        if is_last:
            self.ahead = []
        self._unsent = result, dict(facts, job=request["job"], last=is_last)
        if not (self._reuses and self.ahead):
            self._send_answer()

    def _send_answer(self):
        if self._unsent:
            (result, facts), self._unsent = self._unsent, None
            try:
                self.channel.send(result, **facts)
            except OSError:  # the program is gone
                self._leave()

    def _end_leftovers(self, why, has_children):
        """End what the job has left behind; its host too, where that had to be interrupted."""
        mark = self.setup["scratch"]
        if self.host and why:
            self.forget_host()
        spared = [self.pid] if self.host else []
        roots = [os.getpid(), self.pid] if self.host and has_children else [os.getpid()]
        process_tree.end_below(roots, self.alarm, spared, mark, patient=why is None)

    def _leave(self):
        if self.host:
            self.forget_host()
            deadline = time.monotonic() + HOST_LEAVES_S
            with contextlib.suppress(ChildProcessError):
                while not os.waitpid(self.pid, os.WNOHANG)[0] and time.monotonic() < deadline:
                    select.select([self.alarm], [], [], 0.1)
                    self.alarm.drain()
        process_tree.end_below([os.getpid()], self.alarm, (), self.setup["scratch"])
        os._exit(0)
