"""Watches what imports do with random numbers: those of each job are to be its own.

A generator that a library makes at import would go on from the same state in every forked job.
One that nobody has seeded is seeded anew in each job, one that was seeded stays as it is. What is
drawn while the library is imported may be kept anywhere, such as a name made of a ``uuid4``:
such a library cannot be shared.
"""

import functools
import os
import sys

# What these draw while they are imported shows in no job: it is renewed there (`preload.reseeds`,
# `tempfile` by itself), tries something out, or tells objects of one process from those of another.
_HARMLESS = {"crypt", "multiprocessing", "numpy", "scipy", "sklearn", "sympy", "tempfile", "xarray"}
_UNTOUCHED = 623  # where NumPy's own generator stands in its 624 words before the first is drawn


class Draws:
    """In force while it is entered, and as far as random is loaded by then.

    Notes who draws, and which generators nobody has seeded.
    """

    def __init__(self):
        self._random = sys.modules.get("random")
        self._unseeded = {}  # id: generator, its state when it was made if that is to stay
        self._has_drawn = False
        if self._random:
            self._state = self._random.getstate()

    def __enter__(self):
        if self._random:
            self._seed, self._urandom = self._random.Random.seed, os.urandom
            self._random.Random.seed = self._noting_seeds(self._seed)
            os.urandom = self._random._urandom = _Source(os.urandom, self._note_draw)
        return self

    def __exit__(self, *_):
        if self._random:
            self._random.Random.seed = self._seed
            os.urandom = self._random._urandom = self._urandom

    def have_happened(self):
        """Tell whether anything was drawn that each job is to draw for itself."""
        if not self._random:
            return False
        used = (state not in (None, self._state_of(one)) for one, state in self._unseeded.values())
        return self._has_drawn or any(used) or self._is_python_drawn() or _has_numpy_drawn()

    def reseeds(self):
        """Return what a job is to call to have the libraries' generators for itself."""
        return [functools.partial(one.seed, None) for one, _ in self._unseeded.values()]

    def _is_python_drawn(self):
        """Tell whether Python's own generator was used, which does not say by whom.

        Rich does so to number its styles, harmlessly, and so hides others.
        """
        return "rich.style" not in sys.modules and self._random.getstate() != self._state

    def _note_draw(self, frame):
        self._has_drawn = self._has_drawn or _library_at(frame) not in _HARMLESS

    def _noting_seeds(self, seed):
        @functools.wraps(seed)
        def noting(generator, a=None, *more, **named):
            seed(generator, a, *more, **named)
            self._unseeded.pop(id(generator), None)
            library = _library_at(sys._getframe(1))
            if a is None and library != "tempfile":
                state = None if library in _HARMLESS else self._state_of(generator)
                self._unseeded[id(generator)] = generator, state

        return noting

    def _state_of(self, generator):
        """Return the state as C keeps it, whatever the library's class has made of its methods."""
        return super(self._random.Random, generator).getstate()


class _Source:
    """``os.urandom``, watched. No function: as an attribute of a class that is a method."""

    def __init__(self, urandom, note):
        self._urandom = urandom
        self._note = note

    def __call__(self, size):
        self._note(sys._getframe(1))
        return self._urandom(size)


def _library_at(frame):
    """Return what the module belongs to that is being imported, innermost; or "tempfile"."""
    name = ""
    while frame:
        name = str(frame.f_globals.get("__name__"))
        if name == "tempfile" or frame.f_code.co_name == "<module>":
            break
        frame = frame.f_back
    return name.partition(".")[0]


def _has_numpy_drawn():
    numpy_random = sys.modules.get("numpy.random")
    state = numpy_random.get_state() if numpy_random else ()
    return isinstance(state, tuple) and len(state) > 2 and state[2] < _UNTOUCHED
