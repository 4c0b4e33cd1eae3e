"""A session bus of a test's own, with a notification server and a file manager on it."""

from __future__ import annotations

import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from jeepney import DBusAddress, MessageType, message_bus, new_method_return, new_signal
from jeepney import HeaderFields as Fields
from jeepney.io.blocking import open_dbus_connection

SERVER = DBusAddress("/org/freedesktop/Notifications", interface="org.freedesktop.Notifications")


class FakeDesktop:
    """Hears what a desktop would show."""

    def __init__(self, address: str) -> None:
        self.notices: list[tuple] = []
        self.launcher: list[tuple] = []
        self.shown: list[list[str]] = []
        self._connection = open_dbus_connection(address)
        for name in ("org.freedesktop.Notifications", "org.freedesktop.FileManager1"):
            self._connection.send_and_get_reply(message_bus.RequestName(name), timeout=5)
        rule = "type='signal',interface='com.canonical.Unity.LauncherEntry'"
        self._connection.send_and_get_reply(message_bus.AddMatch(rule), timeout=5)
        self._closing = False
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def click(self, number: int, token: str = "") -> None:
        if token:
            self._connection.send(new_signal(SERVER, "ActivationToken", "us", (number, token)))
        self._connection.send(new_signal(SERVER, "ActionInvoked", "us", (number, "default")))

    def close(self) -> None:
        self._closing = True
        self._thread.join()
        self._connection.close()

    def _serve(self) -> None:
        while not self._closing:
            try:
                message = self._connection.receive(timeout=0.05)
            except TimeoutError:
                continue
            self._hear(message)

    def _hear(self, message) -> None:
        member = message.header.fields.get(Fields.member)
        if member == "Update":
            self.launcher.append(message.body)
        elif message.header.message_type is MessageType.method_call and member == "Notify":
            self.notices.append(message.body)
            reply = new_method_return(message, "u", (message.body[1] or len(self.notices),))
            self._connection.send(reply)
        elif message.header.message_type is MessageType.method_call and member == "ShowItems":
            self.shown.append(message.body[0])
            self._connection.send(new_method_return(message))


@contextmanager
def session_bus(folder: Path) -> Iterator[str]:
    """Start a bus and yield its address."""
    program = shutil.which("dbus-daemon")
    assert program is not None
    daemon = subprocess.Popen(
        [program, "--session", f"--address=unix:dir={folder}", "--print-address=1", "--nofork"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert daemon.stdout is not None
    with daemon.stdout:
        address = daemon.stdout.readline().strip().split(",")[0]
    try:
        yield address
    finally:
        daemon.terminate()
        daemon.wait(timeout=10)
