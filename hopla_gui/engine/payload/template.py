"""The fork server of a run: loads what the script imports, and forks the workers.

Started as ``python start.py template <socket>`` in the user's interpreter. The program sends the
run's set-up, then asks for workers: each gets the end of a socket that comes with the request.
When the socket to the program ends, everything below this process is ended.
"""

import sys

STARTED_WITH = set(sys.modules)

import _signal  # noqa: E402
import os  # noqa: E402
import select  # noqa: E402
import shutil  # noqa: E402
import time  # noqa: E402

from . import finish, lifeline, preload, process_tree, target  # noqa: E402
from .channel import Alarm, Channel, note  # noqa: E402
from .job import Script  # noqa: E402
from .worker import Worker  # noqa: E402

# Workers end their jobs themselves when the program is gone; those that do not are ended here.
WORKERS_LEAVE_S = 3.0


def main(arguments):
    """Serve a run. In each job that is forked, this returns when the job's script has ended."""
    control = Channel(int(arguments[0]))
    setup = control.read()
    if setup is None:
        return
    control.send(version=list(sys.version_info[:3]))
    if setup.get("outlives_sigterm"):  # a scheduler sends it to all of us: results are still told
        _signal.signal(_signal.SIGTERM, note)
    # Ignored in what a shell starts in the background; a job that is cancelled is to hear it.
    if _signal.getsignal(_signal.SIGINT) == _signal.SIG_IGN:
        _signal.signal(_signal.SIGINT, _signal.default_int_handler)
    script = None
    if setup["isolation"] != "fresh":
        script = _prepare(control, setup)
        if script is None:
            os._exit(0)
    control.send(ready=True)
    Template(control, setup, script).serve().run()


def _prepare(control, setup):
    """Load what jobs share; ``None`` where they are to share less."""
    lifeline.tie(control, -os.getpgrp())  # also inside a stuck import, with what that has started
    process_tree.become_subreaper()
    with open(setup["source"], "rb") as stream:
        script = Script(setup["script"], stream.read(), setup["module"])
    try:
        folder = os.path.dirname(target.real_path(script.path))
        preload.warm_up(script.source, folder, STARTED_WITH)
        if setup["preload"]:
            script.reseeds = preload.load_imports(script, folder)
        script.prepare()
    except preload.Refused as reason:
        # What the imports have started: each job starts its own.
        process_tree.end_below([os.getpid()], Alarm(), patient=False)
        control.send(refused=str(reason))
        return None
    os.environ.pop(lifeline.MARK, None)
    finish.take_stock()
    preload.freeze()
    lifeline.untie(control)
    return script


class Template:
    """Forks workers on request, and ends what a killed one has left behind."""

    def __init__(self, control, setup, script):
        self._control = control
        self._setup = setup
        self._script = script
        self._alarm = Alarm()
        self._workers = set()
        self._ended = {}
        process_tree.become_subreaper()

    def serve(self):
        """Serve the program until it is gone; return, in a forked job, what to run."""
        while True:
            readable, _, _ = select.select([self._control, self._alarm], [], [])
            if self._alarm in readable:
                self._look_after_workers()
            if self._control in readable:
                request, handle = self._control.read_with_handle()
                if request is None:
                    self._leave()
                elif "fate" in request:
                    self._tell_fate(request["fate"])
                else:
                    job = self._fork_worker(handle)
                    if job:
                        return job

    def _fork_worker(self, handle):
        try:
            pid = os.fork()
        except OSError as error:
            os.close(handle)
            self._control.send(error=str(error))
            return None
        if pid == 0:
            self._control.close()
            self._alarm.renew()
            worker = Worker(Channel(handle), self._alarm, self._setup, self._script)
            return worker.serve()
        os.close(handle)
        self._workers.add(pid)
        self._control.send(worker=pid)
        return None

    def _look_after_workers(self):
        self._alarm.drain()
        ended = process_tree.reap()
        while ended:
            self._workers.difference_update(ended)
            self._ended.update(ended)
            self._end_all_but(self._workers)
            ended = process_tree.reap()

    def _end_all_but(self, spared):
        mark = self._setup["scratch"]
        process_tree.end_below([os.getpid()], self._alarm, spared, mark, patient=False)

    def _tell_fate(self, pid):
        """Tell how a worker ended, once all that it left behind is gone."""
        deadline = time.monotonic() + process_tree.GIVE_UP_S
        # Of a template before this one: there is nothing to wait for.
        while pid in self._workers and time.monotonic() < deadline:
            select.select([self._alarm], [], [], 0.5)
            self._look_after_workers()
        self._control.send(status=self._ended.pop(pid, None))

    def _leave(self):
        deadline = time.monotonic() + WORKERS_LEAVE_S
        while self._workers and time.monotonic() < deadline:
            select.select([self._alarm], [], [], 0.5)
            self._look_after_workers()
        self._end_all_but(())
        shutil.rmtree(self._setup["scratch"], ignore_errors=True)
        os._exit(0)
