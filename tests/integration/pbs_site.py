"""Starts a PBS or a TORQUE of our own, with its commands first on PATH; see `fake_pbs`."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

FAKE = Path(__file__).parent / "fake_pbs"
COMMANDS = ("qsub", "qstat", "qdel", "qselect", "qhold", "qrls", "qalter", "node")


class Site:
    """A server with its nodes."""

    def __init__(self, dialect: str, folder: Path) -> None:
        self.dialect = dialect
        self.folder = folder
        self._sockets = tempfile.TemporaryDirectory(prefix="pbs-")  # its path must be short
        self.socket = Path(self._sockets.name) / "server"
        self.bin = folder / "bin"
        self.bin.mkdir(parents=True)
        for name in COMMANDS:
            command = self.bin / name
            command.write_text(f"#!{sys.executable} -S\n{(FAKE / 'command.py').read_text()}")
            command.chmod(0o755)
        (folder / "server").mkdir()
        self._server: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the server."""
        words = [sys.executable, FAKE / "server.py", self.dialect, self.socket]
        self._server = subprocess.Popen([*words, self.folder / "server"])
        while not self.socket.exists():
            assert self._server.poll() is None
            time.sleep(0.01)

    def settings(self, **changed: object) -> None:
        """Change the server's settings while it runs."""
        part = self.folder / "server" / "settings.part"
        part.write_text(json.dumps(changed))
        part.replace(self.folder / "server" / "settings.json")

    def node(self, what: str, name: str) -> None:
        """Have a node die (``kill``) or come ``back``."""
        subprocess.run([self.bin / "node", what, name], check=True)

    def go_away(self) -> Path:
        """Have no command reach the server; returns where its address has gone."""
        return self.socket.rename(self.socket.with_name("away"))

    def come_back(self) -> None:
        """Undo `go_away`."""
        self.socket.with_name("away").rename(self.socket)

    def stop(self) -> None:
        """End the server and all its jobs."""
        if self._server is not None:
            self._server.terminate()
            self._server.wait()
        self._sockets.cleanup()
