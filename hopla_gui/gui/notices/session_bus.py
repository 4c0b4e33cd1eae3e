"""The session bus of a Linux desktop (D-Bus): messages go out, and clicks come back.

A thread of its own does all of it, for a bus may keep us waiting. It is started with the first
message and ends with `close`. Where there is no bus, nothing happens.
"""

from __future__ import annotations

import contextlib
import logging
import select
import socket
import threading
from collections.abc import Callable, Sequence
from queue import Empty, SimpleQueue

from jeepney import (
    DBusAddress,
    HeaderFields,
    MatchRule,
    Message,
    MessageType,
    message_bus,
    new_method_call,
    new_signal,
)
from jeepney.io.blocking import DBusConnection, open_dbus_connection
from PySide6.QtCore import QObject, Signal

_NOTIFICATIONS = DBusAddress(
    "/org/freedesktop/Notifications",
    bus_name="org.freedesktop.Notifications",
    interface="org.freedesktop.Notifications",
)
_FILE_MANAGER = DBusAddress(
    "/org/freedesktop/FileManager1",
    bus_name="org.freedesktop.FileManager1",
    interface="org.freedesktop.FileManager1",
)
_LAUNCHER = DBusAddress(
    "/com/canonical/unity/launcherentry/1", interface="com.canonical.Unity.LauncherEntry"
)
_TIMEOUT_S = 2.0
_AT_MOST_WAITING = 20

Work = Callable[[DBusConnection], None]

logger = logging.getLogger(__name__)


def show_items(urls: Sequence[str]) -> bool:
    """Have the file manager show files, marked; ``False`` where there is none. Blocks."""
    call = new_method_call(_FILE_MANAGER, "ShowItems", "ass", (list(urls), ""))
    try:
        with open_dbus_connection("SESSION", auth_timeout=_TIMEOUT_S) as connection:
            reply = connection.send_and_get_reply(call, timeout=_TIMEOUT_S)
    except Exception as error:  # no bus, no file manager, or one that does not answer
        logger.info("session bus: %s", error)
        return False
    return reply.header.message_type is MessageType.method_return


class SessionBus(QObject):
    """Talks to the desktop.

    Signals
    -------
    clicked
        The number of the notification that was clicked.
    token_given
        What a Wayland desktop wants to see before it raises a window.
    """

    clicked = Signal(int)
    token_given = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._waiting: SimpleQueue[Work] = SimpleQueue()
        self._closing = threading.Event()
        self._thread: threading.Thread | None = None
        self._wake_read, self._wake_write = socket.socketpair()
        self._is_absent = False

    def _do(self, work: Work) -> None:
        """Have something done with the connection, on the bus's thread."""
        if self._is_absent or self._closing.is_set() or self._waiting.qsize() > _AT_MOST_WAITING:
            return
        self._waiting.put(work)
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="session bus", daemon=True)
            self._thread.start()
        self._wake()

    def notify(
        self, arguments: Callable[[], tuple[object, ...]], told: Callable[[int], None]
    ) -> None:
        """Show a notification; both are called on the bus's thread, ``told`` with its number."""

        def work(connection: DBusConnection) -> None:
            call = new_method_call(_NOTIFICATIONS, "Notify", "susssasa{sv}i", arguments())
            reply = connection.send_and_get_reply(call, timeout=_TIMEOUT_S)
            if reply.header.message_type is MessageType.method_return:
                told(reply.body[0])

        self._do(work)

    def tell_launcher(self, program: str, facts: dict[str, tuple[str, object]]) -> None:
        """Tell the launcher how a program stands."""
        message = new_signal(_LAUNCHER, "Update", "sa{sv}", (program, facts))
        self._do(lambda connection: connection.send(message))

    def close(self) -> None:
        """Let go of the bus."""
        self._closing.set()
        self._wake()
        if self._thread is not None:
            self._thread.join(_TIMEOUT_S)  # a bus that does not answer is left behind
            self._thread = None
        self._wake_read.close()
        self._wake_write.close()

    def _wake(self) -> None:
        with contextlib.suppress(OSError):
            self._wake_write.send(b"x")

    # On the bus's thread

    def _run(self) -> None:
        try:
            with open_dbus_connection("SESSION", auth_timeout=_TIMEOUT_S) as connection:
                self._listen(connection)
                self._work(connection)
        except Exception as error:  # no bus, or one that has gone: it is told nothing more
            logger.info("session bus: %s", error)
            self._is_absent = True

    def _listen(self, connection: DBusConnection) -> None:
        for member in ("ActionInvoked", "ActivationToken"):
            rule = MatchRule(
                type="signal", interface=_NOTIFICATIONS.interface, member=member,
                path=_NOTIFICATIONS.object_path,
            )  # fmt: skip
            connection.send_and_get_reply(message_bus.AddMatch(rule), timeout=_TIMEOUT_S)

    def _work(self, connection: DBusConnection) -> None:
        while not self._closing.is_set():
            self._do_waiting(connection)
            found, _, _ = select.select([connection.sock, self._wake_read], [], [])
            if self._wake_read in found:
                self._wake_read.recv(4096)
            if connection.sock in found:
                with contextlib.suppress(TimeoutError):  # no more for now
                    while True:
                        self._hear(connection.receive(timeout=0))

    def _do_waiting(self, connection: DBusConnection) -> None:
        while not self._closing.is_set():
            try:
                work = self._waiting.get_nowait()
            except Empty:
                return
            with contextlib.suppress(TimeoutError):
                work(connection)

    def _hear(self, message: Message) -> None:
        if message.header.message_type is not MessageType.signal or len(message.body) != 2:
            return
        number, word = message.body
        with contextlib.suppress(RuntimeError):  # the window has gone
            if message.header.fields.get(HeaderFields.member) == "ActivationToken":
                self.token_given.emit(str(word))
            else:
                self.clicked.emit(number)
