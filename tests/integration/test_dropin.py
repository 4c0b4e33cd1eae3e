"""hopla() and scheduler() over the real engine."""

import json
import re
from pathlib import Path

import pytest

from hopla_gui.converter import hopla
from hopla_gui.scheduler import scheduler

DEMO = Path(__file__).parents[2] / "resources" / "demo" / "my_ls_script.py"


def test_the_call_of_hopla_1_0_gives_its_status_and_exit_codes(tmp_path, capfd):
    status, exitcodes = hopla(
        str(DEMO),
        hopla_iterative_kwargs=["d", "b"],
        verbose=0,
        l=[1, 2],
        b=[False, True, False],
        d=["/", "/", "/"],
        hopla_optional=["verbose"],
        hopla_cpus=2,
        hopla_logfile=str(tmp_path / "log.txt"),
        hopla_outputdir=str(tmp_path),
    )

    assert exitcodes == {"my_ls_script_0": 0, "my_ls_script_1": 1, "my_ls_script_2": 0}
    info = status["my_ls_script_1"]["info"]
    assert info["cmd"] == [str(DEMO), "-b", "-d", "/", "-l", "1", "2", "--verbose", "0"]
    assert info["exitcode"].startswith("1 - 'Traceback (most recent call last):")
    assert info["exitcode"].endswith("ValueError: BREAK ACTIVATED.'")
    assert info["inputs"]["mylist"] == [1, 2]
    assert status["my_ls_script_0"]["info"]["exitcode"] == "0"
    assert set(status["my_ls_script_0"]["debug"]) == {"hostname"}
    assert json.loads((tmp_path / "scheduler_status.json").read_text()) == exitcodes
    fact = r"\d{4}-\d\d-\d\d .* - INFO - my_ls_script_0\.exitcode = 0"
    assert re.search(fact, (tmp_path / "log.txt").read_text())
    assert re.search(fact, capfd.readouterr().err)


def test_a_folder_that_is_missing_is_refused_before_the_first_job(script, tmp_path):
    path = script(f"open({str(tmp_path / 'ran')!r}, 'w').close()")
    with pytest.raises(FileNotFoundError, match="missing' is not a valid directory"):
        hopla(
            str(path),
            hopla_iterative_kwargs=["x"],
            x=[1],
            hopla_verbose=0,
            hopla_outputdir=str(tmp_path / "missing"),
        )
    assert not (tmp_path / "ran").exists()


def test_without_verbose_stderr_is_silent(script, capfd):
    scheduler([[str(script(""))]], verbose=0)

    assert capfd.readouterr() == ("", "")


def test_commands_of_several_scripts_run_together(script):
    scripts = [
        script("__hopla__ = ['x']; x = 1", "a.py"),
        script("import sys; sys.exit(4)", "b.py"),
    ]

    status, exitcodes = scheduler([[str(path)] for path in scripts], name="job", verbose=0)

    assert exitcodes == {"job_0": 0, "job_1": 4}
    assert status["job_0"]["info"]["x"] == 1


def test_a_subprocess_run_traces_no_values(script):
    path = script("__hopla__ = ['x']; x = 1")

    status, _ = scheduler([[str(path)]], use_subprocess=True, verbose=0)

    assert set(status["job_0"]["info"]) == {"cmd", "exitcode"}


def test_a_command_that_is_no_python_script_runs_as_it_is():
    _status, exitcodes = scheduler([["echo", "hi"], ["false"]], python_cmd=None, verbose=0)

    assert exitcodes == {"job_0": 0, "job_1": 1}


def test_a_script_that_is_missing_fails_its_own_jobs_alone(script, tmp_path):
    there, missing = str(script("__hopla__ = ['x']; x = 1")), str(tmp_path / "nowhere.py")

    status, exitcodes = scheduler([[missing, 1], [there]], verbose=0)

    assert exitcodes == {"job_0": 2, "job_1": 0}
    assert status["job_0"]["info"]["cmd"] == [missing, 1]
    assert status["job_1"]["info"]["x"] == 1


def test_one_worker_takes_the_scripts_in_their_order(script, tmp_path):
    note = "import sys\nwith open({!r}, 'a') as file:\n    file.write(sys.argv[1])\n"
    code = note.format(str(tmp_path / "order"))
    first, second = str(script(code, "first.py")), str(script(code, "second.py"))

    _status, exitcodes = scheduler(
        [[first, "a"], [second, "b"], [first, "c"], [first, "d"]], cpus=1, verbose=0
    )

    assert (tmp_path / "order").read_text() == "abcd"
    assert exitcodes == dict.fromkeys(("job_0", "job_1", "job_2", "job_3"), 0)


def test_several_workers_take_one_script_after_the_other(script, monkeypatch):
    monkeypatch.setattr("os.cpu_count", lambda: 4)
    code = "import sys\n__hopla__ = ['name', 'word']\nname = {!r}\nword = sys.argv[1]"
    first, second = (str(script(code.format(name), f"{name}.py")) for name in ("first", "second"))

    status, _ = scheduler([[second, "a"], [first, "b"], [second, "c"]], cpus=2, verbose=0)

    seen = {name: (job["info"]["name"], job["info"]["word"]) for name, job in status.items()}
    assert seen == {"job_0": ("second", "a"), "job_1": ("first", "b"), "job_2": ("second", "c")}
