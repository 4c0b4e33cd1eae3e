"""The coroutines that the window has under way: kept, and none of them fails unseen."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from hopla_gui.errors import HoplaError


class Tasks:
    """Starts coroutines and looks after them until they end.

    Parameters
    ----------
    on_error
        Shown what the user can mend; anything else goes to the loop's exception handler.
    """

    def __init__(self, on_error: Callable[[HoplaError], None]) -> None:
        self._on_error = on_error
        self._running: set[asyncio.Task[Any]] = set()

    def __len__(self) -> int:
        return len(self._running)

    def start(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Run a coroutine on the window's loop."""
        task = asyncio.get_running_loop().create_task(work)
        self._running.add(task)
        task.add_done_callback(self._on_done)
        return task

    async def finish(self) -> None:
        """Cancel what is under way, but for the caller's own task, and wait for its end."""
        others = self._running - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    def _on_done(self, task: asyncio.Task[Any]) -> None:
        self._running.discard(task)
        if task.cancelled() or (error := task.exception()) is None:
            return
        if isinstance(error, HoplaError):
            self._on_error(error)
        else:
            found = {"message": str(error), "exception": error, "task": task}
            task.get_loop().call_exception_handler(found)
