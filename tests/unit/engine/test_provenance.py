from __future__ import annotations

import shutil
import subprocess

import pytest

from hopla_gui.engine.results.provenance import git_state

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


@pytest.fixture
def commit_of(tmp_path):
    """Make a repository with one script in it; return both."""

    def make(name):
        folder = tmp_path / name
        folder.mkdir()
        script = folder / "script.py"
        script.write_text("print(1)\n")
        git = ["git", "-c", "user.name=a", "-c", "user.email=a@b", "-C", str(folder)]
        for words in (["init", "-q"], ["add", "script.py"], ["commit", "-qm", name]):
            subprocess.run([*git, *words], check=True)
        found = subprocess.run([*git, "rev-parse", "HEAD"], capture_output=True, text=True)
        return script, found.stdout.strip()

    return make


def test_a_script_is_at_the_commit_that_holds_it_as_it_is(commit_of):
    script, commit = commit_of("one")
    assert git_state(script) == {"commit": commit, "dirty": False}
    script.write_text("print(2)\n")
    assert git_state(script) == {"commit": commit, "dirty": True}


def test_a_script_that_no_commit_holds_makes_the_state_dirty(commit_of):
    script, commit = commit_of("one")
    other = script.with_name("*.py")
    other.write_text("print(2)\n")
    assert git_state(other) == {"commit": commit, "dirty": True}
    script.with_name("note.txt").touch()  # what the script does not know of
    assert git_state(script) == {"commit": commit, "dirty": False}


def test_the_repository_is_the_script_s_own_also_below_a_hook_of_another(
    commit_of, tmp_path, monkeypatch
):
    script, commit = commit_of("one")
    other, _ = commit_of("other")
    monkeypatch.setenv("GIT_DIR", str(other.parent / ".git"))
    assert git_state(script) == {"commit": commit, "dirty": False}
    lonely = tmp_path / "lonely.py"
    lonely.touch()
    assert git_state(lonely) is None
