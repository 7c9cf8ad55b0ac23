"""The data directory of the endpoint on this machine: how large it is, and how to begin anew."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from services.errors import Problem
from services.local_endpoint import LocalEndpoint

_PARTS = {
    "state.db": "Resources, jobs and events",
    "state.db-wal": "Resources, jobs and events",
    "state.db-shm": "Resources, jobs and events",
    "imports": "Imported data",
    "models": "Trained solution versions",
    "aws": "Buckets, objects, policies and roles",
    "logs": "Logs",
}


@dataclass(frozen=True, slots=True)
class Usage:
    """How many bytes one part of the data directory takes."""

    what: str
    size: int


def usage(data: Path) -> list[Usage]:
    """Return what takes how much of the data directory."""
    sizes = dict.fromkeys(_PARTS.values(), 0)
    for name, what in _PARTS.items():
        sizes[what] += sum(file.stat().st_size for file in _files(data / name))
    return [Usage(what, size) for what, size in sizes.items()]


def reset(endpoint: LocalEndpoint) -> None:
    """Stop the endpoint and delete everything in its data directory. Raises Problem."""
    endpoint.stop()
    for name in _PARTS:
        path = endpoint.data / name
        try:
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
        except OSError as failure:
            raise Problem(
                "Not everything could be deleted", f"{path}: {failure.strerror}. Delete it by hand."
            ) from failure


def _files(path: Path) -> Iterator[Path]:
    if path.is_file():
        yield path
    elif path.is_dir():
        yield from (found for found in path.rglob("*") if found.is_file())


def shown(folder: Path) -> str:
    """Return a folder's name for people, with ~ for their home."""
    home = Path.home()
    return f"~/{folder.relative_to(home).as_posix()}" if folder.is_relative_to(home) else str(folder)
