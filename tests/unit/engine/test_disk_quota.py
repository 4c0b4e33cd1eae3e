"""What a user's quota leaves, as `quota` and `lfs quota` tell it."""

import sys
from pathlib import Path

import psutil
import pytest

from hopla_gui.engine.running.runners.cluster import disk_quota
from hopla_gui.engine.running.runners.cluster.disk_quota import Left, quota_left, read_left

QUOTA = """\
Disk quotas for user ada (uid 1000):
     Filesystem  blocks   quota   limit   grace   files   quota   limit   grace
      /dev/sda1 2000000  5000000 6000000       0    1200       0    2000       0
filer:/export/home  90000*  80000  100000  1577836800  12  0  0  0
"""
LUSTRE = """\
/lustre/scratch/a-long-name
             4000000  0 8000000 -   70  100  200  -
"""


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        (QUOTA, "/dev/sda1", Left(3_000_000 * 1024 / 1e9, 800)),
        (QUOTA, "filer:/export/home", Left(0.0, None)),
        (QUOTA, "/dev/sdb1", Left()),
        (LUSTRE, "/lustre/scratch/a-long-name", Left(4_000_000 * 1024 / 1e9, 30)),
        ("quota: error while getting quota from filer:/x", "filer:/x", Left()),
        ("", "/dev/sda1", Left()),
    ],
)
def test_what_is_left_is_read_from_what_the_commands_print(text, name, expected):
    assert read_left(text, name) == expected


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX has these commands")
class TestCommands:
    @pytest.fixture
    def quota(self, tmp_path, monkeypatch):
        """Have a command of that name on PATH that says something."""

        def write(text):
            program = tmp_path / "bin" / "quota"
            program.parent.mkdir(exist_ok=True)
            program.write_text(f"#!/bin/sh\n{text}\n")
            program.chmod(0o755)
            monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")

        return write

    def test_the_file_system_of_the_folder_is_the_one_that_counts(self, quota, tmp_path):
        devices = {p.mountpoint: p.device for p in psutil.disk_partitions(all=True)}
        real = tmp_path.resolve()
        device = next(devices[str(at)] for at in (real, *real.parents) if str(at) in devices)
        quota(f"echo nowhere 1 2 3 0 1 2 3 0; echo {device} 1000 0 2000 0 5 0 9 0; exit 1")
        assert quota_left(tmp_path) == Left(1000 * 1024 / 1e9, 4)

    def test_a_command_that_does_not_answer_tells_nothing(self, quota, tmp_path, monkeypatch):
        monkeypatch.setattr(disk_quota, "LIMIT_S", 0.2)
        quota("exec sleep 30")
        assert quota_left(tmp_path) == Left()

    def test_without_the_command_nothing_is_known(self, monkeypatch):
        monkeypatch.setenv("PATH", "/nowhere")
        assert quota_left(Path("/")) == Left()
