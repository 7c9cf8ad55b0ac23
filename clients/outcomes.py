"""What a trial of a client comes to."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from clients.world import ROOT, World

SECONDS = 300


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one trial of a client came to; passed is None where it could not be tried."""

    client: str
    trial: str
    passed: bool | None
    note: str


def npm_install(folder: Path, *packages: str) -> bool:
    """Install packages, or those that the folder's package.json names; tells whether it worked."""
    command = [shutil.which("npm") or "npm", "install", "--silent", "--no-audit", "--no-fund", "--omit=dev", *packages]
    done = subprocess.run(command, cwd=folder, capture_output=True, check=False, timeout=SECONDS)
    return done.returncode == 0


def tried(
    world: World,
    client: str,
    trial: str,
    command: Sequence[str],
    folder: Path | None = None,
    settings: Mapping[str, str] = MappingProxyType({}),
) -> Outcome:
    """Run a client in the environment of the world, with settings of its own; it passes where its exit code is 0."""
    done = subprocess.run(
        command,
        cwd=folder or world.folder,
        env={**world.environment, **settings},
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS,
    )
    return Outcome(client, trial, done.returncode == 0, "" if done.returncode == 0 else _last_line(done.stderr))


def _last_line(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip()]
    return lines[-1].replace(os.fspath(ROOT), ".")[:200] if lines else "no output"
