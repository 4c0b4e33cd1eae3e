"""Takes jobs off the lists that all tasks of a run share, each one at most once in the world.

A list is a *block*: a folder with one job a line in ``points.jsonl``. To claim a job is to make
the folder ``<index>.<attempt>`` beside it, which a file system lets one taker do. So there is no
server, load balances itself, and what a task that died had not claimed is still there.
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

    @property
    def is_paused(self):
        """Whether no more jobs are to be started."""
        return os.path.exists(self._paused)

    def take(self):
        """Claim a job; return what its line says and its folder, or ``None`` where none is left."""
        while self._points or self._open_block():
            point = self._points.pop()
            claim = os.path.join(self._block, "{index}.{attempt}".format(**point))
            try:
                os.mkdir(claim)
            except FileExistsError:
                continue
            return point, claim
        return None

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
    return [point for point in points if "{index}.{attempt}".format(**point) not in claimed]
