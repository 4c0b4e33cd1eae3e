"""What a run's nodes and this machine share: one folder, files alone. It is the truth of the run.

::

    setup.json            what all jobs have in common; read by each task when it starts
    run.json              which arrays were submitted, so that another program can go on from here
    payload/  script.py   what runs on the nodes: it stays as the run began with it
    blocks/<n>/points.jsonl                      one job a line: what its command is
    blocks/<n>/<index>.<attempt>/                made by the task that claims the job
    blocks/<n>/<index>.<attempt>/result.json     written whole or not at all
    blocks/<n>/<index>.<attempt>/cancel          the user wants it to stop
    events/<task>.jsonl   started, ended: appended by one task each
    full/<n>              no job of this block is left to be claimed
    first.json            which jobs are to be claimed before the others, where somebody wants that
paused, suspended     no job is to be started, those that run are to stand still
    scheduler/            batch scripts, and what the scheduler itself writes
    logs/                 what the jobs print, where this is not in the run's own folder

It is ``cluster`` in the run's own folder, or a folder elsewhere that this name links to.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from hopla_gui.engine.replacing import replacing
from hopla_gui.engine.results.stored_run import log_paths
from hopla_gui.engine.running.backlog import Ticket
from hopla_gui.errors import EnvironmentProblem
from hopla_gui.paths import payload_dir

NAME = "cluster"

_LOG_TAIL = 2000  # bytes

Claim = tuple[int, int]  # index, attempt


class SharedFolder:
    """The shared folder of one run.

    Parameters
    ----------
    run_dir
        The run's own folder.
    """

    def __init__(self, run_dir: Path) -> None:
        self._run_dir = run_dir
        self._place = run_dir / NAME
        self._blocks: dict[Claim, int] = {}
        self._next_block = 0

    @classmethod
    def at(cls, place: Path) -> SharedFolder:
        """Return a shared folder by its own place, as another host knows it."""
        folder = cls(place)
        folder._place = place
        return folder

    @property
    def name(self) -> str:
        """The run's ID."""
        return self._run_dir.name

    @property
    def path(self) -> Path:
        """Where the nodes find it."""
        return self._place.resolve()

    @property
    def scheduler(self) -> Path:
        """Where the batch scripts lie, and what the scheduler writes."""
        return self.path / "scheduler"

    @property
    def logs(self) -> Path:
        """What the jobs print."""
        return (self._run_dir / "logs").resolve()

    # -- made once, by the machine that submits ------------------------------------------------

    def create(self, elsewhere: Path | None, source: Path | None) -> None:
        """Make what is not there yet.

        Parameters
        ----------
        elsewhere
            Where the nodes can see it, if they cannot see the run's own folder.
        source
            The run's copy of the script.

        Raises
        ------
        EnvironmentProblem
            Where the folder cannot be made.
        """
        try:
            if not self._place.exists():
                self._make_place(elsewhere)
            for name in ("blocks", "events", "full", "scheduler"):
                (self.path / name).mkdir(exist_ok=True)
            if not (self.path / "payload").exists():
                shutil.copytree(
                    payload_dir(), self.path / "payload", ignore=lambda _, names: _no_source(names)
                )
            if source is not None and not (self.path / "script.py").exists():
                shutil.copyfile(source, self.path / "script.py")
        except OSError as error:
            what = f"{error.filename or self._place}: cannot share the run: {error.strerror}"
            raise EnvironmentProblem(what) from error
        self.read_blocks()

    def _make_place(self, elsewhere: Path | None) -> None:
        logs = self._run_dir / "logs"
        if elsewhere is None:
            self._place.mkdir()
            logs.mkdir(exist_ok=True)
            return
        shared = elsewhere.absolute() / self._run_dir.name
        (shared / "logs").mkdir(parents=True)
        if logs.is_dir() and not logs.is_symlink():
            logs.rmdir()
        logs.symlink_to(shared / "logs")
        self._place.symlink_to(shared)

    def remove_elsewhere(self) -> None:
        """Remove the folder where it lies outside of the run's own."""
        if not self._place.is_symlink():
            return
        place = self.path
        if place.name == self._run_dir.name and (place / "setup.json").exists():
            shutil.rmtree(place)

    def write(self, name: str, content: Mapping[str, Any]) -> None:
        """Write ``setup.json`` or ``run.json``, whole or not at all."""
        with replacing(self.path / name) as file:
            json.dump(content, file, indent=1)

    def read(self, name: str) -> dict[str, Any]:
        """Read one of them; empty where there is none."""
        try:
            found = json.loads((self.path / name).read_bytes())
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}

    # -- jobs ------------------------------------------------------------------------------------

    def knows(self, claim: Claim) -> bool:
        """Tell whether an attempt is on a list."""
        return claim in self._blocks

    def add(self, tickets: Sequence[Ticket], block_size: int, skip_first_word: bool) -> None:
        """Put jobs on lists, for any task to claim."""
        for first in range(0, len(tickets), block_size):
            block = tickets[first : first + block_size]
            number = self._next_block
            folder = self.path / "blocks" / str(number)
            folder.mkdir(exist_ok=True)
            part = folder / "points.jsonl.part"
            with part.open("w", encoding="ascii") as file:
                file.writelines(f"{_line(ticket, skip_first_word)}\n" for ticket in block)
            part.replace(folder / "points.jsonl")
            self._next_block += 1
            for ticket in block:
                self._blocks[ticket.spec.index, ticket.attempt] = number

    def read_blocks(self) -> None:
        """Learn what an earlier program has put on the lists."""
        if not (self.path / "blocks").is_dir():
            return
        for number in sorted(int(name) for name in os.listdir(self.path / "blocks")):  # noqa: PTH208
            self._next_block = number + 1
            try:
                text = (self.path / "blocks" / str(number) / "points.jsonl").read_text("ascii")
            except OSError:  # that program ended just then: nobody can have claimed any of it
                continue
            for line in text.splitlines():
                point = json.loads(line)
                self._blocks[point["index"], point["attempt"]] = number

    def claim(self, claim: Claim) -> bool:
        """Take a job so that no task gets it any more; ``False`` where one has it."""
        try:
            self._claim(claim).mkdir()
        except FileExistsError:
            return False
        return True

    def claimed(self, claims: Iterable[Claim]) -> set[Claim]:
        """Return which of these jobs somebody has."""
        by_block: dict[int, list[Claim]] = {}
        for claim in claims:
            by_block.setdefault(self._blocks[claim], []).append(claim)
        found: set[Claim] = set()
        for number, wanted in by_block.items():
            names = set(os.listdir(self.path / "blocks" / str(number)))  # noqa: PTH208
            found.update(claim for claim in wanted if f"{claim[0]}.{claim[1]}" in names)
        return found

    def write_first(self, claims: Iterable[Claim]) -> None:
        """Say which jobs are to be claimed before the others, and in what order."""
        with replacing(self.path / "first.json") as file:
            json.dump([[self._blocks[claim], *claim] for claim in claims], file)

    def ask_to_cancel(self, claim: Claim) -> None:
        """Have the task that runs a job stop it."""
        (self._claim(claim) / "cancel").touch()

    def result(self, claim: Claim) -> dict[str, Any] | None:
        """Return what a task has written about a job that ended; ``None`` for nothing yet."""
        if claim not in self._blocks:
            return None
        try:
            found = json.loads((self._claim(claim) / "result.json").read_bytes())
        except (OSError, ValueError):
            return None
        is_of_it = isinstance(found, dict) and (found.get("index"), found.get("attempt")) == claim
        return found if is_of_it else None

    def task_log(self, name: str, index: int) -> str:
        """Return the end of what a task, and the scheduler about it, has written."""
        try:
            text = (self.scheduler / f"{name}.{index}.out").read_bytes()[-_LOG_TAIL:]
        except OSError:
            return ""
        return text.decode("utf-8", "replace")

    def _claim(self, claim: Claim) -> Path:
        return self.path / "blocks" / str(self._blocks[claim]) / f"{claim[0]}.{claim[1]}"

    # -- what the user wants of all tasks ------------------------------------------------------

    def set_mark(self, name: str, is_set: bool) -> None:
        """Set or take away ``paused`` or ``suspended``."""
        mark = self.path / name
        if is_set:
            mark.touch()
        else:
            mark.unlink(missing_ok=True)


class EventReader:
    """Reads what is new in the files that the tasks append to."""

    def __init__(self, folder: SharedFolder) -> None:
        self._folder = folder.path / "events"
        self._read: dict[str, int] = {}  # bytes taken in, by file
        self._ended: set[str] = set()

    def new(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield the file and the fact, in the order that each file has them."""
        for name in sorted(os.listdir(self._folder)):  # noqa: PTH208
            if name not in self._ended:
                for fact in self._new_of(name):
                    if "bye" in fact:
                        self._ended.add(name)
                    yield name, fact

    def _new_of(self, name: str) -> Iterator[dict[str, Any]]:
        begin = self._read.get(name, 0)
        try:
            # Opened anew: a network file system keeps what it knows of an open file.
            with (self._folder / name).open("rb") as file:
                file.seek(begin)
                text = file.read()
        except OSError:
            return
        whole = text.rfind(b"\n") + 1
        self._read[name] = begin + whole
        for line in text[:whole].splitlines():
            try:
                fact = json.loads(line)
            except ValueError:  # a node died in the midst of it, and was started again
                continue
            if isinstance(fact, dict):
                yield fact


def _line(ticket: Ticket, skip_first_word: bool) -> str:
    spec = ticket.spec
    log = Path(log_paths(spec.name, ticket.attempt)[0]).name.removesuffix(".out")
    point = {
        "index": spec.index,
        "attempt": ticket.attempt,
        "log": log,
        "arguments": spec.cmd[1:] if skip_first_word else spec.cmd,
    }
    return json.dumps(point, separators=(",", ":"))


def _no_source(names: Iterable[str]) -> list[str]:
    return [name for name in names if not name.endswith(".py")]
