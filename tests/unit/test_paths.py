"""Where things are."""

import sys
from pathlib import Path

import pytest

from hopla_gui import paths


def test_resource_of_the_checkout_is_found():
    assert paths.resource("demo", "demo.toml").is_file()


def test_payload_is_a_folder_of_sources():
    assert (paths.payload_dir() / "__init__.py").is_file()


def test_resources_inside_the_package_go_first(tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "_PACKAGE", tmp_path / "hopla_gui")
    assert paths.resource("demo") == tmp_path / "resources" / "demo"
    (tmp_path / "hopla_gui" / "resources").mkdir(parents=True)
    assert paths.resource("demo") == tmp_path / "hopla_gui" / "resources" / "demo"


@pytest.mark.skipif(sys.platform != "linux", reason="XDG folders are Linux's")
def test_user_folders_follow_the_environment(monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", "/somewhere/data")
    monkeypatch.setenv("XDG_CACHE_HOME", "/somewhere/cache")
    assert paths.default_runs_dir() == Path("/somewhere/data/hopla-gui/runs")
    assert paths.cache_dir() == Path("/somewhere/cache/hopla-gui")
