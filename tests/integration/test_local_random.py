"""Random numbers of libraries that are loaded in advance: as in a job that loads them itself."""

from __future__ import annotations

import pytest
from local_jobs import Run, running

from hopla_gui.domain.setup import Isolation

PRELOADING = [Isolation.FORK, Isolation.REUSE]
DRAWING = "each job loads what the script imports by itself: an import draws random numbers"


@pytest.fixture
def library(tmp_path):
    """Write an installed module ``lib``; return the environment that has it found."""

    def write(text: str) -> dict[str, str]:
        folder = tmp_path / "site-packages"
        folder.mkdir(exist_ok=True)
        (folder / "lib.py").write_text(text)
        return {"PYTHONPATH": str(folder)}

    return write


def _said(run: Run, jobs: int = 3) -> list[str]:
    assert {run.outcome(index).exit_code for index in range(jobs)} == {0}
    return [run.out(index).decode() for index in range(jobs)]


@pytest.mark.parametrize("level", PRELOADING)
@pytest.mark.parametrize(
    "made",
    [
        "random.Random()",
        "random.Random(None)",
        "type('Own', (random.Random,), {})()",
        "type('Own', (random.Random,), {'seed': lambda self, a: random.Random.seed(self, a)})()",
    ],
)
def test_generator_that_a_library_makes_is_of_each_job_its_own(script, library, made, level):
    env = library(f"import random\nRNG = {made}")
    path = script("import lib\nprint(lib.RNG.random())")
    with running(path, [()] * 3, env=env, isolation=level) as run:
        assert len(set(_said(run))) == 3
    assert not run.notes()


def test_generator_of_a_library_that_draws_harmlessly_is_of_each_job_its_own(script, tmp_path):
    folder = tmp_path / "site-packages"
    folder.mkdir()
    (folder / "sympy.py").write_text("import random\nRNG = random.Random()\nX = RNG.random()")
    path = script("import sympy\nprint(sympy.RNG.random())")
    with running(path, [()] * 3, env={"PYTHONPATH": str(folder)}) as run:
        assert len(set(_said(run))) == 3
    assert not run.notes()


@pytest.mark.parametrize("level", PRELOADING)
def test_library_without_generators_that_were_drawn_from_stays_loaded(script, library, level):
    env = library("import os, random, secrets, uuid\nRNG = random.Random()\nPID = os.getpid()")
    path = script("import lib, os\nprint(lib.PID == os.getpid())")
    with running(path, env=env, isolation=level) as run:
        assert _said(run, 1) == ["False\n"]


@pytest.mark.parametrize(
    "made",
    ["random.Random(42)", "random.Random(); RNG.seed(42)", "random.Random('a name')"],
)
def test_generator_that_a_library_seeds_begins_alike_in_each_job(script, library, made):
    env = library(f"import random\nRNG = {made}")
    path = script("import lib\nprint(lib.RNG.random())")
    with running(path, [()] * 3, env=env) as run:
        assert len(set(_said(run))) == 1
    assert not run.notes()


@pytest.mark.parametrize(
    "drawn",
    [
        "_rng = random.Random(); X = _rng.random()",
        "X = random.Random().random()",
        "X = random.random()",
        "X = random.SystemRandom().random()",
        "X = uuid.uuid4().hex",
        "X = secrets.token_hex()",
        "X = os.urandom(9)",
        "from os import urandom; X = urandom(9)",
    ],
)
def test_what_a_library_draws_while_it_is_imported_is_drawn_in_each_job(script, library, drawn):
    env = library(f"import os, random, secrets, uuid\n{drawn}")
    path = script("import lib\nprint(lib.X)")
    with running(path, [()] * 3, env=env) as run:
        assert len(set(_said(run))) == 3
    assert run.notes() == [DRAWING]


def test_what_a_library_draws_by_numpy_is_drawn_in_each_job(script, library):
    pytest.importorskip("numpy")
    path = script("import lib\nprint(lib.X)")
    for drawn in ("np.random.rand()", "np.random.default_rng().random()"):
        env = library(f"import numpy as np\nX = {drawn}")
        with running(path, [()] * 3, env=env) as run:
            assert len(set(_said(run))) == 3
        assert run.notes() == [DRAWING]


def test_libraries_that_draw_for_nothing_that_shows_are_loaded_in_advance(script, library):
    env = library(
        "import multiprocessing.process, tempfile\n"
        "with tempfile.TemporaryFile(): pass\n"
        "for name in ('crypt', 'numpy.random', 'rich.style'):\n"
        "    try: __import__(name)\n"
        "    except ImportError: pass\n"
    )
    with running(script("import lib"), env=env) as run:
        _said(run, 1)
    assert not run.notes()


def test_seeds_are_looked_after_on_every_python(script, library, pythons):
    path = script("import lib, os\nprint(lib.FREE.random())\nprint(lib.FIXED.random())\n"
                  "print(type(os.urandom))")  # fmt: skip
    drawing = script("import lib, uuid\nprint(lib.X)", "drawing.py")
    for python in pythons:
        env = library("import random\nFREE, FIXED = random.Random(), random.Random(1)")
        with running(path, [()] * 3, env=env, python=python) as run:
            said = [text.split("\n") for text in _said(run)]
        assert [len(set(words)) for words in zip(*said, strict=True)] == [3, 1, 1, 1], python
        assert "builtin" in said[0][2]
        assert not run.notes()
        env = library("import uuid\nX = uuid.uuid4()")
        with running(drawing, [()] * 3, env=env, python=python) as run:
            assert len(set(_said(run))) == 3
        assert run.notes() == [DRAWING], python


def test_own_module_called_random_is_that_of_the_libraries_too(script, library):
    path = script("import lib\nprint(lib.random.X)")
    path.with_name("random.py").write_text("X = 'own'\n")
    with running(path, env=library("import random")) as run:
        assert _said(run, 1) == ["own\n"]
