"""Takes jobs off the lists that all tasks of a run share, each one at most once in the world.

A list is a *block*: a folder with one job a line in ``points.jsonl``. To claim a job is to make
the folder ``<index>.<attempt>`` beside it, which a file system lets one taker do. So there is no
server, load balances itself, and what a task that died had not claimed is still there. What is to
be first is named in ``first.json``, which is looked at before each claim.
"""

import contextlib
import json
import os


class Claims:
    """What one task takes.

    Parameters
    ----------
    folder
        The run's shared folder.
    first
        The number of the block to begin with: tasks that begin apart do not get in each other's
        way.
    """

    def __init__(self, folder, first):
        self._blocks = os.path.join(folder, "blocks")
        self._full = os.path.join(folder, "full")
        self._paused = os.path.join(folder, "paused")
        self._first = first
        self._block = None
        self._points = []  # of that block, the next one last
        self._first_file = os.path.join(folder, "first.json")
        self._moved = []  # what is named there, the next one last
        self._moved_at = None  # which version of the file was read

    @property
    def is_paused(self):
        """Whether no more jobs are to be started."""
        return os.path.exists(self._paused)

    def take(self):
        """Claim a job; return what its line says and its folder, or ``None`` where none is left."""
        for block, point in self._claimable():
            claim = os.path.join(block, _name(point))
            try:
                os.mkdir(claim)
            except FileExistsError:
                continue
            return point, claim
        return None

    def _claimable(self):
        """Yield blocks and jobs: those that are to be first, then those of the lists."""
        self._look_for_moved()
        while self._moved:
            number, index, attempt = self._moved.pop()
            block = os.path.join(self._blocks, str(number))
            for point in _unclaimed(block) or []:
                if (point["index"], point["attempt"]) == (index, attempt):
                    yield block, point
        while self._points or self._open_block():
            yield self._block, self._points.pop()

    def _look_for_moved(self):
        try:
            found = os.stat(self._first_file)
            if self._moved_at != (found.st_ino, found.st_mtime):
                self._moved_at = found.st_ino, found.st_mtime
                with open(self._first_file, encoding="ascii") as stream:
                    self._moved = json.load(stream)[::-1]
        except (OSError, ValueError):
            return

    def _open_block(self):
        """Go on to a block that has unclaimed jobs; ``False`` where there is none."""
        if self._block:
            self._mark_full(os.path.basename(self._block))
            self._block = None
        try:
            full = set(os.listdir(self._full))
            numbers = sorted(map(int, set(os.listdir(self._blocks)) - full))
        except OSError:  # the run's folder is gone
            return False
        numbers = [n for n in numbers if n >= self._first] + [n for n in numbers if n < self._first]
        for number in numbers:
            block = os.path.join(self._blocks, str(number))
            points = _unclaimed(block)
            if points:
                self._block, self._points, self._first = block, points[::-1], number + 1
                return True
            if points is not None:
                self._mark_full(str(number))
        return False

    def _mark_full(self, name):
        """Spare the others a look at a block that has nothing left."""
        with contextlib.suppress(OSError):  # a full disk: they have to look
            os.close(os.open(os.path.join(self._full, name), os.O_CREAT | os.O_WRONLY, 0o666))


def _unclaimed(block):
    """Return the jobs of a block that nobody has; ``None`` while it is being written."""
    try:
        with open(os.path.join(block, "points.jsonl"), encoding="ascii") as stream:
            points = [json.loads(line) for line in stream]
        claimed = set(os.listdir(block))
    except OSError:
        return None
    return [point for point in points if _name(point) not in claimed]


def _name(point):
    return "{index}.{attempt}".format(**point)
