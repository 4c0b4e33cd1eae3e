"""Says in shared memory that a job has failed, where a run stops at its first failure.

The template makes it; its workers and their hosts, which it is known to at once, begin no job then
that was sent ahead. What is begun the program says from there on, job by job.
"""

import mmap


class Halt:
    """Off, until a job fails; then on for good.

    Parameters
    ----------
    is_wanted
        Whether the run is to stop: else it stays off.
    """

    def __init__(self, is_wanted):
        self._is_wanted = is_wanted
        self._memory = mmap.mmap(-1, 1)

    def set(self):
        """Take note that a job has failed."""
        if self._is_wanted:
            self._memory[0] = 1

    @property
    def is_set(self):
        """Whether one has."""
        return self._memory[0] == 1
