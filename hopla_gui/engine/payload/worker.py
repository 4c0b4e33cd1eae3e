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
import signal
import socket
import sys
import time

from . import preload, process_tree, target
from .channel import AHEAD_S, Channel
from .launch import Launch
from .loglimit import EVERY_S, LogLimit
from .results import SharedResult, last_line
from .reuse import HostLaunch

ASK_S = 2.0  # a cancelled job: SIGINT, after that SIGTERM,
TERM_S = 3.0  # after that SIGKILL
TIMEOUT_GRACE_S = 5.0  # a job over its time limit: SIGTERM, after that SIGKILL
GONE_GRACE_S = 1.0  # the program is gone: SIGTERM, after that SIGKILL
HOST_LEAVES_S = 2.0  # atexit of a host
HOST_POLL_S = 0.05  # for the end of a host that has closed its socket

RSS_UNIT = 1 if sys.platform == "darwin" else 1024


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


class Watch:
    """Waits for a job to end, and makes it end when its time is up or the user says so."""

    def __init__(self, worker, index, begin, log_limit):
        self.why = None  # "timeout", "cancelled", "terminated", "gone"
        self.killed = False
        self._worker = worker
        self._index = index
        self._log_limit = log_limit
        self._limit = worker.setup["timeout"]
        self._steps = []  # [(when, signal)], still to be sent
        self._frozen_at = None
        self._inputs = [i for i in (worker.alarm, worker.channel, worker.host) if i]
        self._patience = begin + AHEAD_S
        if self._limit is not None:
            self._plan(begin + self._limit, (0, signal.SIGTERM), (TIMEOUT_GRACE_S, signal.SIGKILL))
        self.suspend(worker.is_frozen)

    def wait(self):
        """Return how the job ended and what it used, and the result that a host gave."""
        worker = self._worker
        host_is_gone = False
        while True:
            rest = 0.0 if worker.channel.has_message else self._rest()
            if worker.ahead:
                patience = max(0.0, self._patience - time.monotonic())
                rest = min(patience if rest is None else rest, patience)
            if host_is_gone:  # the alarm may have gone off before this job
                rest = min(rest or HOST_POLL_S, HOST_POLL_S)
            if self._log_limit:
                self._log_limit.look()
                rest = EVERY_S if rest is None else min(rest, EVERY_S)
            readable, _, _ = select.select(self._inputs, [], [], rest)
            if worker.host in readable:
                facts, result = worker.host.read_with_raw()
                if facts and not facts.pop("is_spent"):
                    return facts, result
                self._inputs.remove(worker.host)
                worker.forget_host()
                host_is_gone = True
                if facts:
                    return facts, result
            if worker.alarm in readable or host_is_gone:
                worker.alarm.drain()
                pid, status, usage = os.wait4(worker.pid, os.WNOHANG)
                if pid:
                    return self._describe(status, usage), b""
            if worker.channel in readable or worker.channel.has_message:
                self._listen()
            if worker.ahead and time.monotonic() > self._patience:
                worker.hand_back()
            if self._rest() == 0.0:
                self._send(self._steps.pop(0)[1])

    def suspend(self, is_on):
        """Freeze the job and all below it, or let them go on; its time stands still meanwhile."""
        below, mark = [os.getpid()], self._worker.setup["scratch"]
        if is_on and self._frozen_at is None and self.why is None:
            self._frozen_at = time.monotonic()
            process_tree.freeze(below, mark)
        elif not is_on and self._frozen_at is not None:
            passed = time.monotonic() - self._frozen_at
            self._steps = [(when + passed, number) for when, number in self._steps]
            self._frozen_at = None
            process_tree.thaw(below, mark)

    def _rest(self):
        """Return the seconds until the next signal is due, ``None`` for never."""
        if not self._steps or self._frozen_at is not None:
            return None
        return max(0.0, self._steps[0][0] - time.monotonic())

    def _describe(self, status, usage):
        self._worker.forget_host()
        cpu = usage.ru_utime + usage.ru_stime
        return {"status": status, "cpu": cpu, "rss": usage.ru_maxrss * RSS_UNIT}

    def _plan(self, begin, *steps):
        self._steps = [(begin + delay, number) for delay, number in steps]

    def _listen(self):
        channel = self._worker.channel
        self._hear(channel.read())
        while channel.has_message:
            self._hear(channel.read())

    def _hear(self, request):
        if request and "job" in request:
            self._worker.ahead.append(request)
            return
        self._worker.hand_back()
        now = time.monotonic()
        if request is None:
            self.suspend(False)
            self.why = "gone"
            self._inputs.remove(self._worker.channel)
            self._plan(now, (0, signal.SIGTERM), (GONE_GRACE_S, signal.SIGKILL))
        elif "suspend" in request:
            self._worker.is_frozen = request["suspend"]
            self.suspend(request["suspend"])
        elif "terminate" in request:  # the scheduler ends all of us
            self.suspend(False)
            self.why = self.why or "terminated"
            self._plan(now, (0, signal.SIGTERM), (request["terminate"], signal.SIGKILL))
        elif request.get("stop") == self._index and self.why is None:
            self.suspend(False)
            self.why = "cancelled"
            steps = (0, signal.SIGINT), (ASK_S, signal.SIGTERM), (ASK_S + TERM_S, signal.SIGKILL)
            self._plan(now, *steps)

    def _send(self, number):
        self.why = self.why or "timeout"
        pid = self._worker.pid
        if number == signal.SIGKILL:
            self.killed = True
            process_tree.kill_tree(pid, self._worker.setup["scratch"])
        else:
            process_tree.send(pid, number)
            process_tree.send(pid, signal.SIGCONT)  # a stopped one hears nothing
