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


def test_bad_commands_are_refused_by_name():
    from hopla_gui.errors import UserError

    with pytest.raises(UserError, match=r"nowhere\.py"):
        scheduler([["nowhere.py"]], verbose=0)
