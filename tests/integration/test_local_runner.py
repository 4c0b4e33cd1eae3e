"""The local runner: what a job may rely on at each level, and what a run may ask of it."""

from __future__ import annotations

import os
import signal
import subprocess
import time

import pytest
from local_jobs import is_alive, pid_in, run_by_hand, run_one, running

from hopla_gui.domain.events import JobFinished, JobStarted, WaitingNote
from hopla_gui.domain.job import JobState
from hopla_gui.domain.setup import Isolation
from hopla_gui.engine.running.runners import local_posix

LEVELS = list(Isolation)


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize(
    ("end", "code"),
    [
        ("pass", 0),
        ("raise ValueError('boom')", 1),
        ("sys.exit(3)", 3),
        ("raise SystemExit('x')", 1),
    ],
)
def test_traced_values_are_handed_over_however_the_script_ends(script, level, end, code):
    path = script(f"""
        import sys
        __hopla__ = ["inputs", "later"]
        inputs = {{"dir": sys.argv[1]}}
        {end}
        later = 1
        """)
    outcome, _, _ = run_one(path, level, ["é"])
    assert outcome.exit_code == code
    assert outcome.values == {"inputs": {"dir": "é"}} | ({} if code else {"later": 1})
    assert (outcome.traceback is not None) == ("ValueError" in end)


@pytest.mark.parametrize("level", LEVELS)
def test_traceback_begins_in_the_script_and_quotes_what_was_run(script, level):
    path = script("import os\nos.unlink(__file__)\ndef f():\n    raise ValueError('boom')\nf()\n")
    with running(path, isolation=level) as run:
        outcome = run.outcome(0)
    lines = outcome.traceback.splitlines()
    assert lines[:3] == [
        "Traceback (most recent call last):",
        f'  File "{path}", line 5, in <module>',
        "    f()",
    ]
    assert lines[-1] == "ValueError: boom"
    assert "hopla" not in outcome.traceback.replace(str(path), "")


@pytest.mark.parametrize("level", LEVELS)
def test_job_that_ends_its_process_takes_only_itself(script, level):
    path = script("""
        import os, sys
        __hopla__ = ["x"]
        x = 1
        if sys.argv[1] == "die":
            os._exit(9)
        """)
    with running(path, [["live"], ["die"], ["live"]], isolation=level) as run:
        outcomes = [run.outcome(index) for index in range(3)]
    assert [outcome.exit_code for outcome in outcomes] == [0, 9, 0]
    assert [outcome.values for outcome in outcomes] == [{"x": 1}, {}, {"x": 1}]


@pytest.mark.parametrize("level", LEVELS)
def test_what_a_job_changes_is_set_back_for_the_next(script, level):
    path = script("""
        import os, sys
        print(sys.argv[1:], os.getcwd(), os.environ.get("MINE"), sys.path[0], "x" in globals())
        print(sys.stdin.read() == "", file=sys.stderr)
        x = 1
        os.chdir("/"); os.environ["MINE"] = "1"; del os.environ["HOME"]; sys.argv.append("y")
        sys.path.insert(0, "/nowhere"); sys.stdout = sys.stderr
        print("to stderr")
        """)
    with running(path, [["a"], ["b"]], isolation=level) as run:
        for index, name in enumerate("ab"):
            run.outcome(index)
            expected = f"{[name]} {path.parent} None {path.parent} False\n"
            assert run.out(index).decode() == expected
            assert run.err(index) == b"True\nto stderr\n"


@pytest.mark.parametrize("level", LEVELS)
def test_random_numbers_differ_from_job_to_job(script, level):
    path = script("""
        import random, uuid, tempfile
        try:
            import numpy.random
        except ImportError:
            print(random.random(), uuid.uuid4())
        else:
            print(random.random(), uuid.uuid4(), numpy.random.rand())
        """)
    with running(path, [()] * 6, workers=2, isolation=level) as run:
        for index in range(6):
            run.outcome(index)
        said = [number for index in range(6) for number in run.out(index).split()]
    assert len(set(said)) == len(said)


@pytest.fixture(scope="module")
def numpy_python(pythons):
    for python in pythons:
        if subprocess.run([python, "-c", "import numpy"], capture_output=True).returncode == 0:
            return python
    return pytest.skip("no interpreter with NumPy on this machine")


@pytest.mark.parametrize("level", [Isolation.FORK, Isolation.REUSE])
def test_numpy_loaded_in_advance_draws_anew_in_each_job(script, numpy_python, level):
    path = script("""
        import numpy as np
        print(np.random.rand(), np.random.default_rng().random(), np.random.default_rng(1).random())
        """)
    with running(path, [()] * 4, python=numpy_python, isolation=level) as run:
        assert {run.outcome(index).exit_code for index in range(4)} == {0}
        drawn = zip(*(run.out(index).split() for index in range(4)), strict=True)
    assert [len(set(numbers)) for numbers in drawn] == [4, 4, 1]
    assert not run.notes()


def test_torch_loaded_in_advance_draws_anew_in_each_job(script, pythons):
    check = ["-c", "import torch"]
    found = [p for p in pythons if not subprocess.run([p, *check], capture_output=True).returncode]
    if not found:
        pytest.skip("no interpreter with PyTorch on this machine")
    path = script("import torch\nprint(torch.rand(1).item())")
    with running(path, [()] * 4, python=found[0]) as run:
        drawn = {(run.outcome(index).exit_code, run.out(index)) for index in range(4)}
    assert len(drawn) == 4


@pytest.mark.parametrize("level", LEVELS)
def test_hash_seed_that_is_given_is_that_of_the_jobs(script, level):
    path = script("print(hash('a text'), end='')")
    by_hand = run_by_hand(path, PYTHONHASHSEED="7")[1]
    assert run_one(path, level, env={"PYTHONHASHSEED": "7"})[1] == by_hand


@pytest.mark.parametrize("level", LEVELS)
def test_clock_that_steps_back_makes_no_time_negative(script, level):
    path = script("import time; time.sleep(0.05)")
    script(
        """
        import time
        clock, begin = time.time, time.time()
        time.time = lambda: begin - 1000 * (clock() - begin)  # runs backwards
        """,
        "clock/sitecustomize.py",
    )
    outcome, _, _ = run_one(path, level, env={"PYTHONPATH": str(path.parent / "clock")})
    assert outcome.state is JobState.SUCCEEDED
    assert 0.05 <= outcome.duration_s < 10
    assert outcome.ended == outcome.started + outcome.duration_s


def test_jobs_of_a_fork_find_the_imports_loaded(script):
    path = script("import sys\nloaded = 'tomllib' in sys.modules\nprint(loaded)\nimport tomllib")
    assert run_one(path)[1] == b"False\n"
    path = script(
        "'''Doc.'''\nX = 1\nimport tomllib, sys\nprint(sys.modules['tomllib'] is tomllib)"
    )
    assert run_one(path)[1] == b"True\n"


@pytest.mark.parametrize(
    ("library", "why"),
    [
        ("print('hello')", "an import prints"),
        ("import os; os.write(2, b'x')", "an import prints"),
        ("import threading, time; threading.Thread(target=time.sleep, args=(9,), daemon=True)"
         ".start()", "an import starts a thread"),
        ("import subprocess; subprocess.Popen(['sleep', '1'])", "an import starts a process"),
        ("import sys, types; cuda = sys.modules['torch.cuda'] = types.ModuleType('torch.cuda')\n"
         "cuda.is_initialized = lambda: True", "an import opens a GPU"),
        ("import sys, types; bridge = sys.modules['jax._src.xla_bridge'] = types.ModuleType('x')\n"
         "bridge._backends = {'cuda': object()}", "an import opens a GPU"),
        ("import os; F = open(os.devnull, 'a')", "an import opens a file to write to"),
        ("import sys; sys.path.insert(0, '/nowhere')", "an import changes sys.path"),
        ("1 / 0", "an import fails: ZeroDivisionError"),
        ("import sys; sys.exit(3)", "an import fails: SystemExit(3)"),
        ("import os; os._exit(3)", "an import ends the process"),
    ],
)  # fmt: skip
def test_imports_that_a_fork_would_not_carry_over_are_left_to_the_jobs(
    script, tmp_path, library, why
):
    folder = tmp_path / "site-packages"
    folder.mkdir()
    (folder / "lib.py").write_text(library)
    path = script("import lib")
    with running(path, env={"PYTHONPATH": str(folder)}) as run:
        outcome = run.outcome(0)
        assert outcome.state is not JobState.LOST
        assert run.out(0) == (b"hello\n" if "hello" in library else b"")
    assert len(run.notes()) == 1
    assert why in run.notes()[0]


@pytest.mark.parametrize("end", ["", "import os; os._exit(3)", "import os; os.abort()"])
@pytest.mark.parametrize("level", [Isolation.FORK, Isolation.REUSE])
def test_processes_that_imports_start_end_with_the_run(script, tmp_path, level, end):
    folder = tmp_path / "site-packages"
    folder.mkdir()
    (folder / "lib.py").write_text(
        "import subprocess, sys\n"
        "P = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'],\n"
        "                     start_new_session=True)\n"
        f"with open({str(tmp_path / 'pids')!r}, 'a') as pids: print(P.pid, file=pids)\n{end}"
    )
    with running(script("import lib"), isolation=level, env={"PYTHONPATH": str(folder)}) as run:
        run.outcome(0)
    pids = [int(line) for line in (tmp_path / "pids").read_text().split()]
    assert len(pids) > 1
    assert not any(map(is_alive, pids))


def test_processes_that_an_import_has_started_end_with_a_run_that_is_closed_within_it(
    script, tmp_path
):
    folder, pid = tmp_path / "site-packages", tmp_path / "pid"
    folder.mkdir()
    (folder / "lib.py").write_text(
        "import subprocess\n"
        "P = subprocess.Popen(['sleep', '600'], start_new_session=True)\n"
        f"with open({str(pid)!r}, 'w') as file: file.write(str(P.pid))\n"
        "P.wait()"
    )
    with running(script("import lib"), env={"PYTHONPATH": str(folder)}):
        while not (pid.exists() and pid.read_text()):
            time.sleep(0.01)
    assert not is_alive(int(pid.read_text()))


def test_the_jobs_environment_is_not_marked(script):
    path = script("import os; print([name for name in os.environ if 'PRELOAD' in name])")
    for level in Isolation:
        assert run_one(path, level)[1] == b"[]\n"


def test_an_alarm_goes_off_in_the_job_that_has_set_it_or_not_at_all(script):
    path = script("import signal, sys, time\nsignal.alarm(1)\ntime.sleep(float(sys.argv[1]))")
    arguments = [["0"], ["1.5"], ["0"]]
    with running(path, arguments, isolation=Isolation.REUSE) as run:
        codes = [run.outcome(job).exit_code for job in range(3)]
    assert codes == [0, -signal.SIGALRM, 0]
    path = script("import signal, sys, time\nif sys.argv[1] == '0': signal.alarm(1)\n"
                  "time.sleep(float(sys.argv[1]))")  # fmt: skip
    with running(path, arguments[:2], isolation=Isolation.REUSE) as run:
        assert [run.outcome(job).exit_code for job in range(2)] == [0, 0]


def test_what_a_library_writes_for_a_job_is_there_after_it(script, tmp_path):
    folder = tmp_path / "site-packages"
    folder.mkdir()
    (folder / "lib.py").write_text("import sys; F = open(sys.argv[1], 'a')")
    log = tmp_path / "log.txt"
    path = script("import lib\nlib.F.write('written\\n')")
    with running(path, env={"PYTHONPATH": str(folder)}, arguments=[[str(log)]] * 2) as run:
        assert [run.outcome(job).state for job in (0, 1)] == [JobState.SUCCEEDED] * 2
    assert log.read_text() == "written\n" * 2


def test_a_library_that_leads_to_modules_leads_each_job_to_them(script, tmp_path):
    folder, vendored = tmp_path / "site-packages", tmp_path / "vendored"
    folder.mkdir()
    vendored.mkdir()
    (folder / "lib.py").write_text(f"import sys; sys.path.insert(0, {str(vendored)!r})")
    (vendored / "led_to.py").write_text("X = 1")
    path = script("import lib\nimport led_to\nprint(led_to.X)")
    with running(path, env={"PYTHONPATH": str(folder)}) as run:
        assert run.outcome(0).state is JobState.SUCCEEDED
        assert run.out(0) == b"1\n"


def test_imports_that_take_too_long_are_told_and_left_to_the_jobs(script, tmp_path, monkeypatch):
    monkeypatch.setattr(local_posix, "UNTOLD_S", 0.1)
    monkeypatch.setattr(local_posix, "PRELOAD_S", 0.5)
    folder = tmp_path / "site-packages"
    folder.mkdir()
    slow = "import os, time\nif 'HOPLA_VALUES' not in os.environ:\n    time.sleep(600)"  # in no job
    (folder / "lib.py").write_text(slow)
    with running(script("import lib"), env={"PYTHONPATH": str(folder)}) as run:
        assert run.outcome(0).state is JobState.SUCCEEDED
    waiting = [event.text for event in run.events if isinstance(event, WaitingNote)]
    assert waiting[:2] == ["the script's imports are being loaded", ""]
    [note] = run.notes()
    assert note.endswith("by itself: an import takes more than 0.5 s")


def test_nobody_waits_for_imports_where_each_job_loads_its_own(script):
    with running(script("import json"), isolation=Isolation.FRESH) as run:
        assert run.outcome(0).state is JobState.SUCCEEDED
    assert not [event for event in run.events if isinstance(event, WaitingNote)]


@pytest.mark.parametrize("level", LEVELS)
def test_imports_see_the_script_and_nothing_of_ours(script, tmp_path, level):
    folder = tmp_path / "site-packages"
    folder.mkdir()
    (folder / "lib.py").write_text(
        "import sys, __main__\n"
        "SEEN = sys.argv[0], __main__.__name__, __main__.__file__, sys.orig_argv[1]\n"
    )
    path = script("import lib, sys\nprint(*lib.SEEN)\nprint(sys.argv[1:], sys.orig_argv[2:])")
    with running(path, [["a"]], env={"PYTHONPATH": str(folder)}, isolation=level) as run:
        run.outcome(0)
    assert run.out(0).decode() == f"{path} __main__ {path} {path}\n['a'] ['a']\n"
    assert not run.notes()


def test_own_modules_of_the_script_are_loaded_by_each_job(script):
    path = script("import argparse\nimport own\n")
    path.with_name("own.py").write_text("print('loaded')")
    with running(path, [()] * 2) as run:
        assert [run.outcome(index).exit_code for index in range(2)] == [0, 0]
        assert [run.out(index) for index in range(2)] == [b"loaded\n"] * 2
    assert not run.notes()


@pytest.mark.parametrize("level", LEVELS)
def test_module_of_a_package_runs_with_its_relative_imports(script, level):
    script("NAME = 'sibling'\nprint('once')", "root/package/sibling.py")
    script("", "root/package/__init__.py")
    path = script(
        """
        import sys
        from .sibling import NAME
        if __name__ == "__main__":
            print(NAME, __package__, __spec__.name, sys.argv, sys.path[0])
        """,
        "root/package/tool.py",
    )
    _, out, err = run_one(path, level, ["x"], module="package.tool")
    root = path.parents[1]
    expected = f"once\nsibling package package.tool {[str(path), 'x']} {root}\n"
    assert (out.decode(), err) == (expected, b"")


@pytest.mark.parametrize("level", LEVELS)
def test_every_python_from_36_runs_jobs(script, level, pythons):
    path = script("""
        import argparse, sys
        __hopla__ = ["seen"]
        parser = argparse.ArgumentParser()
        parser.add_argument("--x", type=int)
        seen = dict(vars(parser.parse_args()), version=list(sys.version_info[:2]))
        handle = open("left_open_%d" % seen["x"], "w")
        handle.write("kept")
        print("out")
        if seen["x"] == 1:
            raise ValueError("boom")
        if seen["x"] == 2:
            raise KeyboardInterrupt
        """)
    for python in pythons:
        with running(path, [["--x", n] for n in "0123"], python=python, isolation=level) as run:
            outcomes = [run.outcome(index) for index in range(4)]
        version = outcomes[0].values["seen"]["version"]
        interrupted = -2 if level is Isolation.REUSE or version >= [3, 8] else 1
        codes = [outcome.exit_code for outcome in outcomes]
        assert codes == [0, 1, interrupted, 0], python
        assert outcomes[1].traceback.endswith("ValueError: boom\n")
        assert not run.notes()
        for index in range(4):
            left = path.with_name(f"left_open_{index}")
            assert left.read_text() == "kept"
            left.unlink()


def test_command_in_another_language_hands_values_over_by_a_file(script):
    path = script('#!/bin/sh\necho "$1"; echo \'{"x": [1, NaN]}\' > "$HOPLA_VALUES"; exit 3')
    path.chmod(0o755)
    outcome, out, _ = run_one(path, Isolation.FORK, ["hello"], python=None)
    assert (outcome.exit_code, out) == (3, b"hello\n")
    assert outcome.values == {"x": [1, "NaN"]}


@pytest.mark.parametrize("level", LEVELS)
def test_block_on_stdout_hands_values_over(script, level):
    path = script("""
        import json
        print("before")
        print("<hopla>\\n" + json.dumps({"x": "\\ud800", "y": 1e400}) + "\\n</hopla>\\nafter")
        """)
    outcome, _, _ = run_one(path, level)
    assert outcome.values == {"x": "\\ud800", "y": "Infinity"}


def test_values_nested_5000_levels_deep_are_kept_as_far_as_anybody_reads(script):
    path = script("""
        import os
        __hopla__ = ["own"]
        own = 1
        for _ in range(5_000):
            own = [own]
        text = '{"deep": ' + "[" * 5_000 + "1" + "]" * 5_000 + ', "flat": 2}'
        with open(os.environ["HOPLA_VALUES"], "w") as file:
            file.write(text)
        """)
    outcome, _, _ = run_one(path)
    assert (outcome.state, outcome.detail) == (JobState.SUCCEEDED, None)
    assert outcome.values["flat"] == 2
    for name, levels in (("own", 50), ("deep", 100)):
        value, depth = outcome.values[name], 0
        while isinstance(value, list):
            (value,), depth = value, depth + 1
        assert (depth, value.endswith("levels deep>")) == (levels, True)


@pytest.mark.parametrize("text", ["[1]", "{", "\xff", "[" * 100_000, '{"x": ' + "9" * 5000 + "}"])
def test_values_that_are_no_json_object_are_told_and_fail_nothing(script, text):
    path = script(f"import os; open(os.environ['HOPLA_VALUES'], 'w').write({text!r})")
    outcome, _, _ = run_one(path)
    assert (outcome.state, outcome.values) == (JobState.SUCCEEDED, {})
    assert outcome.detail == "what the job handed over is no JSON object"


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize(
    "handed",
    [
        "os.mkdir(place)",
        "os.mkfifo(place)",
        "os.symlink(__file__, place)",
        "open(place, 'w').truncate(65 << 20)",
        "print('<hopla>\\n{\\n</hopla>')",
    ],
)
def test_values_that_cannot_be_taken_are_told_and_fail_nothing(script, handed, level):
    path = script(f"import os\nplace = os.environ['HOPLA_VALUES']\n{handed}")
    outcome, _, _ = run_one(path, level)
    assert (outcome.state, outcome.exit_code, outcome.values) == (JobState.SUCCEEDED, 0, {})
    assert outcome.detail == "what the job handed over is no JSON object"


def test_use_of_resources_is_measured(script):
    path = script("""
        import time
        block = bytearray(200_000_000)
        begin = time.process_time()
        while time.process_time() < begin + 0.2:
            pass
        """)
    outcome, _, _ = run_one(path)
    assert 0.2 <= outcome.cpu_s < 2
    assert 200 < outcome.max_rss_mb < 300
    assert outcome.duration_s >= 0.2
    assert abs(outcome.ended - outcome.started - outcome.duration_s) < 0.1
    assert abs(outcome.ended - time.time()) < 30


def test_attempts_have_logs_of_their_own(script):
    with running(script("print('out')")) as run:
        run.outcome(0)
        run.backlog.add([(0, 2)])
        assert run.outcome(0, attempt=2).state is JobState.SUCCEEDED
    assert (run.context.run_dir / "logs/job_0.2.out").read_bytes() == b"out\n"
    assert run.out(0) == b"out\n"


WAITS_FOR_FILE = """
    import os, sys, time
    while not os.path.exists(sys.argv[1]):
        time.sleep(0.005)
    """


def test_workers_are_added_and_taken_away_while_jobs_run(script, tmp_path):
    go = [tmp_path / f"go{n}" for n in range(6)]
    with running(script(WAITS_FOR_FILE), [[str(path)] for path in go], workers=1) as run:
        run.started(0)
        run.runner.resize(3)
        run.started(1)
        run.started(2)
        run.runner.resize(1)
        for index in (1, 2, 0):  # the surplus ones finish, and take no more
            go[index].touch()
            run.outcome(index)
        run.started(3)
        run.runner.resize(2)
        run.started(4)
        for path in go:
            path.touch()
        assert {run.outcome(index).state for index in range(6)} == {JobState.SUCCEEDED}
    assert _most_at_a_time(run.events) <= 3


@pytest.mark.parametrize("level", [Isolation.FORK, Isolation.REUSE])
def test_jobs_behind_a_long_one_are_free_for_other_workers(script, tmp_path, level):
    go, gone = tmp_path / "go", tmp_path
    paths = [gone] * 15 + [go] + [gone] * 6  # short ones, for which the next are sent ahead
    with running(script(WAITS_FOR_FILE), [[str(path)] for path in paths], isolation=level) as run:
        run.started(15)
        run.runner.resize(2)
        for index in range(16, 22):
            assert run.outcome(index).state is JobState.SUCCEEDED
        assert not any(isinstance(e, JobFinished) and e.index == 15 for e in run.events)
        go.touch()
        assert run.outcome(15).state is JobState.SUCCEEDED


def _most_at_a_time(events):
    most = now = 0
    for event in events:
        now += isinstance(event, JobStarted) - isinstance(event, JobFinished)
        most = max(most, now)
    return most


def test_delayed_start_is_cancelled_at_once(script):
    with running(script("print('never')"), delay_upto=10_000.0) as run:
        deadline = time.monotonic() + 10
        while len(run.backlog) and time.monotonic() < deadline:
            time.sleep(0.005)
        run.runner.cancel([0])
        outcome = run.outcome(0)
    assert (outcome.state, outcome.exit_code) == (JobState.CANCELLED, None)
    assert not any(isinstance(event, JobStarted) for event in run.events)


def test_environment_of_the_run_reaches_the_jobs(script):
    path = script("""
        import os, sys
        print(os.environ["MINE"], sys.stdout.encoding, sys.flags.utf8_mode)
        """)
    for level in LEVELS:
        env = {"MINE": "é", "PYTHONIOENCODING": "latin-1"}
        assert run_one(path, level, env=env)[1] == "é iso8859-1 0\n".encode("latin-1")


def test_children_of_a_job_are_gone_when_it_is_told_to_have_ended(script):
    path = script("""
        import subprocess
        print(subprocess.Popen(["sleep", "600"]).pid, flush=True)
        """)
    for level in LEVELS:
        with running(path, [()] * 2, isolation=level) as run:
            for index in range(2):
                run.outcome(index)
                assert not is_alive(pid_in(run.out(index)))


def test_a_job_has_its_three_streams_open_and_no_more(script):
    path = script("""
        import os
        print(*os.listdir("/proc/self/fd"))  # and the folder that is listed
        print(*(os.readlink("/proc/self/fd/%d" % number) for number in range(3)))
        """)
    with running(path) as run:
        run.outcome(0)
        first, second = run.out(0).decode().splitlines()
    logs = run.context.run_dir / "logs"
    assert first == "0 1 2 3"
    assert second == f"{os.devnull} {logs / 'job_0.out'} {logs / 'job_0.err'}"


HANDED_OVER = """\
import json, os, sys
__hopla__ = ["own", "both"]
own, both = 1, "__hopla__"
with open(os.environ["HOPLA_VALUES"], "w") as file:
    json.dump({"both": "file", "file": 2}, file)
{ending}
"""


@pytest.mark.parametrize("level", list(Isolation))
@pytest.mark.parametrize("ending", ["", "sys.exit(3)", "raise ValueError"])
def test_values_of_a_file_join_those_of_hopla(script, level, ending):
    path = script(HANDED_OVER.replace("{ending}", ending))

    outcome, _, _ = run_one(path, level)

    assert outcome.values == {"both": "__hopla__", "file": 2, "own": 1}
    assert bool(outcome.traceback) is (ending == "raise ValueError")


@pytest.mark.parametrize(
    ("printed", "values"),
    [
        ('<hopla>\n{"a": "</hopla> inside"}\n</hopla>\n', {"a": "</hopla> inside"}),
        ('<hopla>\n{"a": 1}\n</hopla>\n' + "y" * (3 << 20), {"a": 1}),
        ('<hopla>\r\n{"a": 1}\r\n</hopla>\r\n', {"a": 1}),
        ('<hopla>\n{"a": 1}\n</hopla>\n<hopla>\n{"a": 2}\n</hopla>', {"a": 2}),
        ('see <hopla>\n{"a": 1}\n</hopla>\n', {}),
        ('<hopla>\n{"a": 1}\n', {}),
    ],
)
def test_a_block_on_stdout_hands_values_over_whatever_ends_the_job(script, printed, values):
    path = script("import sys; sys.stdout.write(open('printed', newline='').read()); 1/0", "s.py")
    (path.parent / "printed").write_text(printed, newline="")

    outcome, _, _ = run_one(path)

    assert outcome.values == values


@pytest.mark.parametrize("level", LEVELS)
def test_a_block_on_stdout_is_kept_where_the_job_kills_its_process(script, level):
    path = script(
        r"""
        import os, sys
        print('<hopla>\n{"a": 1}\n</hopla>', flush=True)
        os.kill(os.getpid(), 9)
        """
    )

    outcome, _, _ = run_one(path, level)

    assert outcome.exit_code == -9
    assert outcome.values == {"a": 1}
