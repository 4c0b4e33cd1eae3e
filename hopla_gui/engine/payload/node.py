"""A task on a node: claims jobs of a run and runs them until none is left.

Started as ``python -S start.py node <folder> <submission> <task>`` by the batch script, in the
shell's place, or by hand, with how many jobs may run at a time behind it. It drives the same fork
server and workers as the window does on its own machine. What it finds goes to files in the run's
shared folder: nothing else is asked of the node, and nobody has to listen. The exit status says
whether the task could work, never how jobs ended.
"""

import contextlib
import json
import os
import random
import select
import shutil
import signal
import socket
import sys
import tempfile
import time

from .channel import note
from .claims import Claims
from .forkserver import CannotWork, ForkServer
from .journal import Journal
from .oomwatch import OomWatch

LOOK_S = 1.0  # between two looks for what the user wants: cancel, suspend
ALIVE_S = 20.0  # between two signs of life
SIGNAL_S = 0.3  # a job may have been sent SIGTERM before we are
KILL_S = 1.0  # a worker may have been sent SIGKILL before we are: the scheduler knows why, not we
LIMIT_S = 15.0  # the task has begun before we have
FULL_DISK_S = 600.0  # a result is tried to be written for so long


def main(arguments):
    """Work, and end with 0; with 1 where no job could be started."""
    folder, submission, task = arguments[:3]
    node = Node(folder, submission, int(task or 0))
    if arguments[3:]:
        node.work_without_limit(int(arguments[3]))
    sys.exit(0 if node.work() else 1)


class Slot:
    """A worker process and the job it is at."""

    def __init__(self, pid, channel):
        self.pid = pid
        self.channel = channel
        self.point = self.claim = None
        self.begin = self.oom_kills = 0
        self.due = None  # when the job is to be sent, if it has not been yet
        self.told = None  # "stop", "terminate"


class Node:
    """One task.

    Parameters
    ----------
    folder
        The run's shared folder.
    submission, task
        Which task of which submission this is.
    """

    def __init__(self, folder, submission, task):
        with open(os.path.join(folder, "setup.json"), encoding="ascii") as stream:
            self._setup = json.load(stream)
        self._begin = time.monotonic()
        self._limit_s = self._setup["walltime_s"] or _time_left()
        self._folder = folder
        self._host = os.environ.get("SLURMD_NODENAME") or socket.gethostname()
        self._task = [submission, task]
        name = "{}.{}.{}-{}.jsonl".format(submission, task, self._host, os.getpid())
        self._journal = Journal(os.path.join(folder, "events", name))
        self._claims = Claims(folder, task)
        self._oom = OomWatch()
        self._slots = []
        self._taken = 0
        self._longest = None
        self._bye = None  # why no more jobs are taken
        self._terminated = False
        self._at_limit = False  # of the task's time, when that happened
        self._suspended = False
        if self._setup["scratch"]:
            os.makedirs(self._setup["scratch"], exist_ok=True)
        self._scratch = tempfile.mkdtemp(prefix="hopla-", dir=self._setup["scratch"])
        self._server = ForkServer(self._setup, self._scratch, self._host)
        self._wake_read, self._wake_write = os.pipe()

    def work_without_limit(self, parallel):
        """Have so many jobs at a time, as no scheduler counts them or the time."""
        self._setup.update(parallel_per_task=parallel, points_per_task=None)
        self._limit_s = None

    def work(self):
        """Run jobs until there is none left, or no time; ``False`` where none can be started."""
        self._listen_to_signals()
        self._journal.tell(task=self._task, host=self._host, pid=os.getpid())
        try:
            self._server.start()
            self._serve()
        except CannotWork as reason:
            self._journal.tell(error=str(reason))
            sys.stderr.write("hopla-gui: {}\n".format(reason))
            return False
        finally:
            for slot in self._slots:
                slot.channel.close()
            self._server.end()
            shutil.rmtree(self._scratch, ignore_errors=True)
        self._journal.tell(bye=self._bye)
        return True

    # The jobs

    def _serve(self):
        parallel = self._setup["parallel_per_task"]
        looked = told = time.monotonic()
        while True:
            self._fill(parallel)
            busy = [slot for slot in self._slots if slot.point]
            if not busy:
                return
            self._wait(busy)
            now = time.monotonic()
            if now - looked >= LOOK_S:
                looked = now
                self._look(busy)
            if now - told >= ALIVE_S:
                told = now
                self._journal.tell(alive=True)

    def _fill(self, parallel):
        """Give each idle worker a job, as long as there is one for this task."""
        while not self._bye:
            idle = next((slot for slot in self._slots if not slot.point), None)
            if idle is None and len(self._slots) >= parallel:
                return
            self._bye = self._reason_to_leave()
            if self._bye:
                return
            slot = idle or self._add_slot()  # before the claim: it may be impossible
            taken = slot and self._claims.take()
            if taken:
                self._begin_job(slot, *taken)
            else:
                self._bye = self._bye or "nothing left"

    def _add_slot(self):
        """Have one more worker; ``None`` where there cannot be more than there are."""
        try:
            slot = Slot(*self._server.fork())
        except CannotWork as reason:
            if not self._slots:
                raise
            self._bye = str(reason)
            return None
        self._slots.append(slot)
        return slot

    def _reason_to_leave(self):
        quota, limit = self._setup["points_per_task"], self._limit_s
        if quota and self._taken >= quota:
            return "has run its share"
        if self._claims.is_paused:
            return "paused"
        if limit and self._longest is not None:
            left = limit - (time.monotonic() - self._begin)
            if left < self._longest * 1.25 + 5.0:
                return "no time left"
        return None

    def _begin_job(self, slot, point, claim):
        slot.point, slot.claim, slot.told = point, claim, None
        slot.begin, slot.oom_kills = time.monotonic(), self._oom.kills()
        self._taken += 1
        self._journal.tell(
            start=point["index"], attempt=point["attempt"], worker=self._slots.index(slot)
        )
        slot.due = slot.begin + random.uniform(0, self._setup["delay_upto"])
        self._send(slot)

    def _send(self, slot):
        """Send the job, if it is time."""
        if slot.due is not None and slot.due <= time.monotonic():
            slot.due = None
            slot.begin = time.monotonic()
            point = slot.point
            _tell(slot, job=point["index"], log=point["log"], arguments=point["arguments"])

    def _wait(self, busy):
        limit = 0.0 if any(slot.channel.has_message for slot in busy) else LOOK_S
        for slot in busy:
            self._send(slot)
            if slot.due is not None:
                limit = min(limit, max(0.0, slot.due - time.monotonic()))
        channels = [slot.channel for slot in busy]
        waits = [self._wake_read] if not self._terminated else []
        readable, _, _ = select.select([*channels, *waits], [], [], limit)
        self._take_signals()
        for slot in busy:
            if slot.point and (slot.channel in readable or slot.channel.has_message):
                self._end_job(slot)

    def _end_job(self, slot):
        try:
            answer, raw = slot.channel.read_with_raw()
        except OSError:
            answer, raw = None, b""
        if answer is None:
            answer = {"lost": self._server.fate(slot.pid)}
            self._take_signals(KILL_S)
        if answer.get("last", True):
            slot.channel.close()
            self._slots.remove(slot)
        if slot.point is None:  # given up while we waited for a signal
            return
        self._write_result(slot, answer, raw)
        self._longest = max(self._longest or 0.0, time.monotonic() - slot.begin)
        slot.point = slot.claim = None

    def _give_up(self, slot, reason):
        slot.due = None
        self._write_result(slot, {"lost": reason}, b"")
        slot.point = slot.claim = None

    def _write_result(self, slot, answer, raw):
        point = slot.point
        status = answer.get("status")
        if status in (signal.SIGTERM, 128 + signal.SIGTERM << 8):  # on its way to us, perhaps
            self._take_signals(SIGNAL_S)
        result = {
            "index": point["index"],
            "attempt": point["attempt"],
            "host": self._host,
            "task": self._task,
            "answer": answer,
            "raw": raw.decode("utf-8", "surrogateescape"),
            "terminated": self._terminated,
            "at_limit": self._at_limit,
            "out_of_memory": self._oom.has_killed(slot.oom_kills),
        }
        text = json.dumps(result, separators=(",", ":")).encode("ascii")
        give_up = time.monotonic() + (5.0 if self._terminated else FULL_DISK_S)
        while not _replace(os.path.join(slot.claim, "result.json"), text):
            if time.monotonic() > give_up:
                break
            time.sleep(1.0)
        self._journal.tell(end=point["index"], attempt=point["attempt"])

    # What the user and the scheduler want

    def _look(self, busy):
        suspended = os.path.exists(os.path.join(self._folder, "suspended"))
        for slot in busy:
            if slot.point is None:
                continue
            if suspended != self._suspended:
                _tell(slot, suspend=suspended)
            if not slot.told and os.path.exists(os.path.join(slot.claim, "cancel")):
                slot.told = "stop"
                slot.due = slot.due and 0.0
                self._send(slot)
                _tell(slot, stop=slot.point["index"])
        self._suspended = suspended
        self._journal.flush()

    def _listen_to_signals(self):
        os.set_blocking(self._wake_write, False)
        signal.set_wakeup_fd(self._wake_write)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, note)

    def _take_signals(self, patience=0.0):
        """End the jobs, and tell of them, before the scheduler's SIGKILL comes."""
        if self._terminated or not select.select([self._wake_read], [], [], patience)[0]:
            return
        self._terminated = True
        limit = self._limit_s
        self._at_limit = bool(limit) and time.monotonic() - self._begin > limit - LIMIT_S
        self._bye = "terminated"
        for slot in self._slots:
            if slot.due is not None:
                self._give_up(slot, "its task was stopped before it began")
            elif slot.point and slot.told != "terminate":
                slot.told = "terminate"
                _tell(slot, terminate=max(0.5, self._setup["kill_wait_s"] - 1.5))


def _tell(slot, **message):
    """Send a worker a message; one that has just died is seen to when its end is read."""
    with contextlib.suppress(OSError):
        slot.channel.send(**message)


def _time_left():
    """Return the seconds that the scheduler grants; ``None`` where it does not say."""
    try:
        if "SLURM_JOB_END_TIME" in os.environ:
            return max(1.0, float(os.environ["SLURM_JOB_END_TIME"]) - time.time())
        return float(os.environ["PBS_WALLTIME"])  # TORQUE's
    except (KeyError, ValueError):
        return None


def _replace(path, text):
    """Write a file whole or not at all."""
    part = path + ".part"
    try:
        handle = os.open(part, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o666)
        try:
            rest = text
            while rest:
                rest = rest[os.write(handle, rest) :]
        finally:
            os.close(handle)
        os.replace(part, path)
    except OSError:
        return not os.path.isdir(os.path.dirname(path))  # the run has been removed
    return True
