"""A wheel, an editable install and a checkout all find the resources and run the demo."""

import json
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

ASK = (
    "from hopla_gui import paths;"
    " print(paths.resource('demo', 'demo.toml'), paths.payload_dir(), sep='\\n')"
)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory, pip):
    folder = tmp_path_factory.mktemp("wheel")
    pip("wheel", "--wheel-dir", folder, ROOT)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def sdist(tmp_path_factory, run):
    folder = tmp_path_factory.mktemp("sdist")
    run(sys.executable, "-m", "hatchling", "build", "--target", "sdist", "--directory", folder)
    return next(folder.glob("*.tar.gz"))


@pytest.fixture
def find_demo(run):
    """Ask an installed program for its resources."""

    def find(python, cwd):
        demo, payload = map(Path, run(python, "-c", ASK, cwd=cwd).splitlines())
        assert demo.is_file()
        assert (payload / "__init__.py").is_file()
        return demo

    return find


@pytest.fixture
def run_demo(run, tmp_path):
    """Run the demo and return the exit codes of its jobs."""

    def run_program(*program, demo, cwd):
        results = tmp_path / "results.json"
        run(*program, "run", demo, "--quiet", "--export", results, cwd=cwd, status=1)
        return json.loads(results.read_text(encoding="utf-8"))["exitcodes"]

    return run_program


EXIT_CODES = {"job_0": 0, "job_1": 1, "job_2": 0}


def test_wheel_finds_its_resources_and_runs_the_demo(
    wheel, make_environment, pip, find_demo, run_demo, tmp_path
):
    scripts = make_environment(tmp_path / "env")
    pip("install", wheel, scripts=scripts)
    demo = find_demo(scripts / "python", tmp_path)
    assert demo.is_relative_to(tmp_path)
    assert run_demo(scripts / "hopla-gui", demo=demo, cwd=tmp_path) == EXIT_CODES


def test_editable_install_finds_its_resources_and_runs_the_demo(
    make_environment, pip, find_demo, run_demo, tmp_path
):
    scripts = make_environment(tmp_path / "env")
    pip("install", "--editable", ROOT, scripts=scripts)
    demo = find_demo(scripts / "python", tmp_path)
    assert demo.is_relative_to(ROOT)
    assert run_demo(scripts / "hopla-gui", demo=demo, cwd=tmp_path) == EXIT_CODES


def test_checkout_finds_its_resources_and_runs_the_demo(find_demo, run_demo):
    demo = find_demo(sys.executable, ROOT)
    assert demo.is_relative_to(ROOT)
    assert run_demo(sys.executable, "-m", "hopla_gui", demo=demo, cwd=ROOT) == EXIT_CODES


def test_wheel_holds_the_program_and_nothing_else(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    version = wheel.name.split("-")[1]
    beside = {f"hopla_gui-{version}.dist-info", f"hopla_gui-{version}.data"}
    assert {name.split("/")[0] for name in names} == {"hopla_gui", *beside}
    assert not [name for name in names if "__pycache__" in name]
    assert any(name.endswith("share/applications/hopla-gui.desktop") for name in names)


def test_sdist_builds_the_same_wheel(sdist, wheel, pip, tmp_path):
    with tarfile.open(sdist) as archive:
        archive.extraction_filter = getattr(tarfile, "data_filter", None)  # from 3.11.4 on
        archive.extractall(tmp_path)
    [folder] = (path for path in tmp_path.iterdir() if path.is_dir())
    pip("wheel", "--wheel-dir", tmp_path, folder)
    [again] = tmp_path.glob("*.whl")
    assert zipfile.ZipFile(again).namelist() == zipfile.ZipFile(wheel).namelist()
