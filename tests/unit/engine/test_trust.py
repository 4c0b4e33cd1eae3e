import multiprocessing
from pathlib import Path

import pytest

from hopla_gui.engine.inspection import trust as trust_module
from hopla_gui.engine.inspection.trust import is_trusted, trust
from hopla_gui.paths import data_dir


def test_a_script_is_trusted_with_the_content_it_was_opened_with(tmp_path):
    script = tmp_path / "a.py"
    script.write_text("1")
    assert not is_trusted(script)
    trust(script)
    assert is_trusted(script)
    script.write_text("2")
    assert not is_trusted(script)
    copy = tmp_path / "copy.py"
    copy.write_text("1")
    assert is_trusted(copy)


def test_what_is_not_there_is_not_trusted(tmp_path):
    trust(tmp_path / "none.py")
    assert not is_trusted(tmp_path / "none.py")


def test_a_list_that_cannot_be_read_or_written_trusts_nothing(tmp_path):
    script = tmp_path / "a.py"
    script.write_text("1")
    data_dir().mkdir(parents=True)
    (data_dir() / "trusted-scripts").write_bytes(b"\xff\xfe junk\n" + b"0" * 64 + b"\n")
    assert not is_trusted(script)
    trust(script)
    assert is_trusted(script)
    (data_dir() / "trusted-scripts").unlink()
    (data_dir() / "trusted-scripts").mkdir()
    trust(script)
    assert not is_trusted(script)


def test_the_oldest_are_forgotten(tmp_path, monkeypatch):
    monkeypatch.setattr(trust_module, "MOST_KNOWN", 3)
    scripts = [tmp_path / f"{number}.py" for number in range(5)]
    for number, script in enumerate(scripts):
        script.write_text(str(number))
        trust(script)
    assert [is_trusted(script) for script in scripts] == [False, False, True, True, True]
    trust(scripts[2])
    scripts[0].write_text("new")
    trust(scripts[0])
    assert [is_trusted(script) for script in scripts] == [True, False, True, False, True]


def _trust_all(scripts: list[Path]) -> None:
    for script in scripts:
        trust(script)


def test_windows_that_trust_at_once_forget_nothing(tmp_path):
    scripts = [tmp_path / f"{number}.py" for number in range(20)]
    for number, script in enumerate(scripts):
        script.write_text(str(number))
    context = multiprocessing.get_context("fork")
    children = [context.Process(target=_trust_all, args=(scripts[n::4],)) for n in range(4)]
    for child in children:
        child.start()
    for child in children:
        child.join(30)
    assert all(map(is_trusted, scripts))


@pytest.mark.parametrize("number", [1, 2])
def test_trusting_leaves_no_files_of_its_own_behind(tmp_path, number):
    script = tmp_path / "a.py"
    script.write_text("1")
    for _ in range(number):
        trust(script)
    assert sorted(path.name for path in data_dir().iterdir()) == [
        "trusted-scripts",
        "trusted-scripts.lock",
    ]
