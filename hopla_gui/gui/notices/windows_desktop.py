"""Windows: notifications, and progress on the button in the taskbar (ITaskbarList3)."""

from __future__ import annotations

import ctypes
import sys
from enum import IntEnum

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from hopla_gui.gui.notices.tray import TrayNotices
from hopla_gui.gui.notices.words import Notice, Progress

_STEPS = 1_000


class BarState(IntEnum):
    """How the button looks: TBPFLAG of shobjidl."""

    NONE = 0
    NORMAL = 2
    ERROR = 4


def bar_of(progress: Progress | None) -> tuple[BarState, int]:
    """Return how the button is to look, and how far it is filled, of `_STEPS`."""
    if progress is None:
        return BarState.NONE, 0
    state = BarState.ERROR if progress.has_failures else BarState.NORMAL
    return state, max(1, round(progress.share * _STEPS))  # at 0 the colour would not be seen


class WindowsDesktop(QObject):
    """Shows notifications by an icon in the tray, and progress by the taskbar."""

    clicked = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._shown = bar_of(None)
        self._tray = TrayNotices(self)
        self._tray.clicked.connect(self.clicked)

    def show_notice(self, notice: Notice) -> None:
        """Show a notification."""
        self._tray.show(notice)

    def show_progress(self, progress: Progress | None) -> None:
        """Show how far a run is."""
        bar = bar_of(progress)
        if bar != self._shown:
            self._shown = bar
            fill_button(int(self._window.winId()), *bar)

    def close(self) -> None:
        """Take both back."""
        self._tray.take_back()
        self.show_progress(None)


if sys.platform == "win32":
    _CLSID_TASKBAR_LIST = "{56FDF344-FD6D-11D0-958A-006097C9A090}"
    _IID_TASKBAR_LIST_3 = "{EA1AFB91-9E28-4B86-90E9-9E9F8A5EEFAF}"
    _IN_PROCESS = 1  # CLSCTX_INPROC_SERVER
    # Places in the table of the interface's methods.
    _RELEASE, _INIT, _SET_VALUE, _SET_STATE = 2, 3, 9, 10

    def fill_button(window: int, state: BarState, done: int) -> None:
        """Fill the button of a window; where the taskbar cannot, nothing happens."""
        # Qt has initialised COM on the main thread.
        ole32 = ctypes.OleDLL("ole32")
        guids = [(ctypes.c_byte * 16)() for _ in range(2)]
        taskbar = ctypes.c_void_p()
        try:
            for guid, text in zip(guids, (_CLSID_TASKBAR_LIST, _IID_TASKBAR_LIST_3), strict=True):
                ole32.CLSIDFromString(ctypes.c_wchar_p(text), guid)
            ole32.CoCreateInstance(guids[0], None, _IN_PROCESS, guids[1], ctypes.byref(taskbar))
        except OSError:
            return
        handle = ctypes.c_void_p(window)
        _call(taskbar, _INIT)
        _call(taskbar, _SET_STATE, handle, ctypes.c_int(state))
        if state is not BarState.NONE:
            _call(taskbar, _SET_VALUE, handle, ctypes.c_ulonglong(done), ctypes.c_ulonglong(_STEPS))
        _call(taskbar, _RELEASE)

    def _call(interface: ctypes.c_void_p, method: int, *arguments: ctypes._SimpleCData) -> None:
        table = ctypes.cast(interface, ctypes.POINTER(ctypes.POINTER(ctypes.c_void_p))).contents
        kinds = [type(argument) for argument in arguments]
        function = ctypes.WINFUNCTYPE(ctypes.c_long, ctypes.c_void_p, *kinds)(table[method] or 0)
        function(interface, *arguments)

else:

    def fill_button(window: int, state: BarState, done: int) -> None:
        """Do nothing: there is no such taskbar here."""
