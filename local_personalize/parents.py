"""Keeps the endpoint alive as long as one of the apps that use it is."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable

CHECK_SECONDS = 1.0
GRACE_SECONDS = 10.0
"""How long the endpoint waits for its first app, and stays after its last: an app that restarts finds it again."""


class Parents:
    """The processes that use this endpoint."""

    def __init__(self) -> None:
        self._pids: set[int] = set()

    def add(self, pid: int) -> None:
        """Register an app by its process id."""
        self._pids.add(pid)

    def any_alive(self) -> bool:
        """Tell whether a registered app runs; those that ended are forgotten."""
        self._pids = {pid for pid in self._pids if is_alive(pid)}
        return bool(self._pids)

    async def outlive(self, leave: Callable[[], None]) -> None:
        """Wait until no app has been there for GRACE_SECONDS, then leave."""
        alone = 0.0
        while alone < GRACE_SECONDS:
            await asyncio.sleep(CHECK_SECONDS)
            alone = 0.0 if self.any_alive() else alone + CHECK_SECONDS
        leave()


def is_alive(pid: int) -> bool:
    """Tell whether a process of that id runs on this machine."""
    if sys.platform == "win32":
        return _is_alive_on_windows(pid)
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:  # it runs, as another user
        return True
    return True


def _is_alive_on_windows(pid: int) -> bool:
    # os.kill(pid, 0) would end the process there.
    import ctypes

    still_active, query = 259, 0x1000
    kernel = ctypes.windll.kernel32  # type: ignore[attr-defined,unused-ignore]
    handle, code = kernel.OpenProcess(query, False, pid), ctypes.c_ulong()
    alive = bool(handle) and kernel.GetExitCodeProcess(handle, ctypes.byref(code)) and code.value == still_active
    kernel.CloseHandle(handle)
    return bool(alive)
