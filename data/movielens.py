"""Finds MovieLens and returns it as tables: on this machine, from GroupLens, or out of a Python package."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import urllib.request
import zipfile
from collections.abc import Callable
from pathlib import Path

from data.movielens_files import MovieLens, read
from data.problems import MovieLensProblem

URL = "https://files.grouplens.org/datasets/movielens/ml-latest-small.zip"
CARRIER = "recbole==1.2.1"
"""A package whose wheel holds MovieLens 100K among its examples; it is unpacked, never installed."""
CONNECT_SECONDS = 5
CITATION = (
    "F. Maxwell Harper and Joseph A. Konstan. 2015. The MovieLens Datasets: History and Context. "
    "ACM Transactions on Interactive Intelligent Systems 5, 4: 19:1-19:19. https://doi.org/10.1145/2827872"
)
LICENCE = (
    "MovieLens is GroupLens's data, for research and education; it may not be sold or passed on without permission, "
    "and neither the University of Minnesota nor GroupLens endorses its use here."
)

Progress = Callable[[float, str], None]


def find(given: str | None, cache: Path, progress: Progress = lambda fraction, text: None) -> MovieLens:
    """Return MovieLens from the first place that has it: given, what was fetched before, GroupLens, a package.

    given is a folder or zip of any MovieLens size; cache is the folder that keeps what is fetched; progress is told
    how far a download is (0 to 1). Raises MovieLensProblem when no place has it, or what is there is something else.
    """
    if given:
        return read(Path(given).expanduser())
    kept = [path for path in (cache / "ml-latest-small.zip", cache / "ml-100k.zip") if path.exists()]
    return read(kept[0] if kept else _fetch(cache, progress))


def _fetch(cache: Path, progress: Progress) -> Path:
    cache.mkdir(parents=True, exist_ok=True)
    reasons = []
    for fetch, name in ((_from_grouplens, "ml-latest-small.zip"), (_from_package, "ml-100k.zip")):
        part = cache / f"{name}.part"
        try:
            fetch(part, progress)
            read(part)
            return part.replace(cache / name)
        except (OSError, subprocess.SubprocessError, zipfile.BadZipFile, MovieLensProblem) as failure:
            part.unlink(missing_ok=True)
            reasons.append(str(failure))
    raise MovieLensProblem(
        f"MovieLens could not be fetched: {'; '.join(reasons)}. Download ml-latest-small.zip elsewhere, set "
        "MARQUEE_MOVIELENS to its path and start the app again."
    )


def _from_grouplens(target: Path, progress: Progress) -> None:
    progress(0.0, "Asking GroupLens for MovieLens")
    with urllib.request.urlopen(URL, timeout=CONNECT_SECONDS) as answer, target.open("wb") as file:
        size = int(answer.headers.get("Content-Length") or 1_000_000)
        while block := answer.read(1 << 16):
            file.write(block)
            progress(min(file.tell() / size, 1.0), f"Downloading MovieLens: {file.tell() / 1e6:.1f} MB")


def _from_package(target: Path, progress: Progress) -> None:
    progress(0.0, "GroupLens cannot be reached: fetching MovieLens 100K out of a Python package")
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        wheel = _downloaded(Path(folder))
        with zipfile.ZipFile(wheel) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as copy:
            for name in source.namelist():
                if name.endswith(("ml-100k.inter", "ml-100k.item", "ml-100k.user")):
                    copy.writestr(Path(name).name, source.read(name))
    progress(1.0, "MovieLens 100K is here")


def _downloaded(folder: Path) -> Path:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--timeout", "10", "--retries", "1"]
    done = subprocess.run([*command, "--dest", folder, CARRIER], capture_output=True, text=True, timeout=180)
    wheel = next(folder.glob("*.whl"), None)
    if wheel is None:
        lines = done.stderr.strip().splitlines() or ["pip found nothing"]
        raise MovieLensProblem(f"the package {CARRIER} cannot be downloaded ({lines[-1]})")
    return wheel
