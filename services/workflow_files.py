"""Takes movies.csv and ratings.csv out of what a person gives: the two files, or a zip of MovieLens."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from data.movielens_files import MovieLens
from services.errors import Problem
from services.uploads import csv_of
from services.workflow import FILES

MOST_BYTES = 1 << 30
"""Of a file in a zip, unpacked: MovieLens 25M has 680 MB of ratings."""


@dataclass(frozen=True, slots=True)
class Given:
    """What was found."""

    files: dict[str, bytes]
    """By their names in FILES."""
    skipped: tuple[str, ...]
    """Names of what the workflow has no use for: tags, links, genome scores."""

    @property
    def missing(self) -> tuple[str, ...]:
        """Return which files are not there yet."""
        return tuple(name for name in FILES if name not in self.files)


def collect(uploads: Iterable[tuple[str, bytes]]) -> Given:
    """Sort files, given by name and content, and those inside of zips. Raises Problem."""
    files: dict[str, bytes] = {}
    skipped = []
    for name, content in (member for upload in uploads for member in _members(*upload)):
        if name in FILES:
            files[name] = content
        else:
            skipped.append(name)
    return Given(files, tuple(skipped))


def of_movielens(films: MovieLens) -> dict[str, bytes]:
    """Return MovieLens's tables, of whatever size and layout, as the two files."""
    names = {"USER_ID": "userId", "ITEM_ID": "movieId", "TIMESTAMP": "timestamp"}
    ratings = films.interactions.rename(columns=names)[["userId", "movieId", "rating", "timestamp"]]
    movies = films.items.rename(columns={"ITEM_ID": "movieId"})[["movieId", "title", "genres"]]
    return {"movies.csv": csv_of(movies), "ratings.csv": csv_of(ratings)}


def _members(name: str, content: bytes) -> Iterator[tuple[str, bytes]]:
    if not name.lower().endswith(".zip"):
        yield PurePosixPath(name).name, content
        return
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for member in archive.infolist():
                if not member.is_dir():
                    short = PurePosixPath(member.filename).name
                    yield short, _unpacked(archive, member) if short in FILES else b""
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as broken:
        raise Problem(f"{name} cannot be unpacked", f"{broken}. Download it again, or give the two files.") from broken


def _unpacked(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    if member.file_size > MOST_BYTES:
        raise Problem(f"{member.filename} is too large", "More than 1 GB unpacked. Put it on S3 with another client.")
    return archive.read(member)
