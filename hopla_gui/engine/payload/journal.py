"""What a task tells while it works: lines of JSON that it alone appends to a file of its own."""

import json
import os
import time


class Journal:
    """The file of one task; what a full disk does not take is kept for the next line.

    Parameters
    ----------
    path
        A name that no other task, and no earlier start of this one, has.
    """

    def __init__(self, path):
        self._path = path
        self._kept = b""

    def tell(self, **fact):
        """Append a line; readers take it as told once its line break is there."""
        fact["at"] = time.time()
        self._kept += json.dumps(fact, separators=(",", ":")).encode("ascii") + b"\n"
        self.flush()

    def flush(self):
        """Try again to append what has been kept."""
        if not self._kept:
            return
        try:
            # Opened for each line: a network file system shows what is written once it is closed.
            handle = os.open(self._path, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o666)
            try:
                while self._kept:
                    self._kept = self._kept[os.write(handle, self._kept) :]
            finally:
                os.close(handle)
        except OSError:
            pass
