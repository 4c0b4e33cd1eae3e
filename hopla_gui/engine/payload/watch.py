"""Waits for one job to end; in its worker.

It sleeps until the job ends, the program says something or a time is up. A job that is to end is
asked first, then told, then killed, with all that is below it.
"""

import os
import resource  # noqa: F401  (os.wait4 loads it: before `finish` takes stock)
import select
import signal
import sys
import time

from . import process_tree
from .channel import AHEAD_S
from .loglimit import EVERY_S

ASK_S = 2.0  # a cancelled job: SIGINT, after that SIGTERM,
TERM_S = 3.0  # after that SIGKILL
TIMEOUT_GRACE_S = 5.0  # a job over its time limit: SIGTERM, after that SIGKILL
GONE_GRACE_S = 1.0  # the program is gone: SIGTERM, after that SIGKILL
HOST_POLL_S = 0.05  # for the end of a host that has closed its socket

RSS_UNIT = 1 if sys.platform == "darwin" else 1024


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
        self.frozen = 0.0  # seconds
        self._frozen_at = None
        self._inputs = [i for i in (worker.alarm, worker.channel, worker.host) if i]
        self._patience = begin + AHEAD_S
        if self._limit is not None:
            self._plan(begin + self._limit, (0, signal.SIGTERM), (TIMEOUT_GRACE_S, signal.SIGKILL))
        if index in worker.unwanted:
            worker.unwanted.remove(index)
            if self._is_at_hand():
                self._stop()
        self.suspend(worker.is_frozen)

    def wait(self):
        """Return how the job ended and what it used, and the result that a host gave."""
        worker = self._worker
        host_is_gone = False
        while True:
            is_told = worker.host and worker.host.has_message
            rest = 0.0 if is_told or worker.channel.has_message else self._rest()
            if worker.ahead:
                patience = max(0.0, self._patience - time.monotonic())
                rest = min(patience if rest is None else rest, patience)
            if host_is_gone:  # the alarm may have gone off before this job
                rest = min(rest or HOST_POLL_S, HOST_POLL_S)
            if self._log_limit:
                self._log_limit.look()
                rest = EVERY_S if rest is None else min(rest, EVERY_S)
            readable, _, _ = select.select(self._inputs, [], [], rest)
            if is_told or worker.host in readable:
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
            if self._rest() == 0.0 and self._is_at_hand():
                self._send(self._steps.pop(0)[1])

    def suspend(self, is_on):
        """Freeze the job and all below it, or let them go on; its time stands still meanwhile."""
        if is_on == (self._frozen_at is not None):
            return
        below, mark = [os.getpid()], self._worker.setup["scratch"]
        if is_on and self.why is None:
            self._frozen_at = time.monotonic()
            process_tree.freeze(below, mark)
        elif not is_on:
            passed = time.monotonic() - self._frozen_at
            self.frozen += passed
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
        cpu = usage.ru_utime + usage.ru_stime - self._worker.host_cpu
        return {"status": status, "cpu": cpu, "rss": usage.ru_maxrss * RSS_UNIT}

    def _is_at_hand(self):
        """Whether the job has not ended yet: a host that has begun the next one has told so."""
        if self._worker.ahead:
            self._worker.hand_back()
        return not self._worker.ahead

    def _plan(self, begin, *steps):
        self._steps = [(begin + delay, number) for delay, number in steps]

    def _listen(self):
        channel = self._worker.channel
        self._hear(channel.read())
        while channel.has_message:
            self._hear(channel.read())

    def _hear(self, request):
        if request and "job" in request:
            self._worker.take_ahead(request)
            return
        self._worker.hand_back()
        begun = [request["job"] for request in self._worker.ahead]
        now = time.monotonic()
        if request is None:
            self.suspend(False)
            self.why = "gone"
            self._worker.ahead.clear()  # whatever the host has begun, it is to end
            self._inputs.remove(self._worker.channel)
            self._plan(now, (0, signal.SIGTERM), (GONE_GRACE_S, signal.SIGKILL))
        elif "suspend" in request:
            self._worker.is_frozen = request["suspend"]
            self.suspend(request["suspend"])
        elif "terminate" in request:  # the scheduler ends all of us
            self.suspend(False)
            self.why = self.why or "terminated"
            self._plan(now, (0, signal.SIGTERM), (request["terminate"], signal.SIGKILL))
        elif request.get("stop") in begun:
            self._worker.unwanted.add(request["stop"])
        elif request.get("stop") == self._index and not begun:
            self._stop()

    def _stop(self):
        if self.why is None:
            self.suspend(False)
            self.why = "cancelled"
            steps = (0, signal.SIGINT), (ASK_S, signal.SIGTERM), (ASK_S + TERM_S, signal.SIGKILL)
            self._plan(time.monotonic(), *steps)

    def _send(self, number):
        self.why = self.why or "timeout"
        pid = self._worker.pid
        if number == signal.SIGKILL:
            self.killed = True
            process_tree.kill_tree(pid, self._worker.setup["scratch"])
        else:
            process_tree.send(pid, number)
            process_tree.send(pid, signal.SIGCONT)  # a stopped one hears nothing
