"""Data too large for a browser: found by its path or S3 URI, checked by its first rows, sent piece by piece."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from services.checks import broken_cells
from services.connection import Connection
from services.drafts import Draft, shaped
from services.errors import Problem
from services.objects import csv_objects, read_head, read_object, split_uri
from services.tables import encoding_of, separator_of

READ_WHOLE = 200_000_000
"""Bytes up to which a file is read into memory, with every check and repair."""
HEAD = 20_000_000
"""Bytes of a larger file that are checked before it is sent."""
ROWS = 250_000
"""Rows that are held at a time while a large file is sent."""
_START = 1 << 16
SUFFIXES = (".csv", ".txt", ".zip", ".gz")
NOWHERE = "There is no such file"
WHOLE_ONLY = frozenset({"normalise", "distinct", "bars"})
"""Repairs that need all rows at once."""


@dataclass(frozen=True, slots=True)
class Found:
    """A file or object: all of its content, or the first rows of one that is larger."""

    name: str
    content: bytes
    size: int

    @property
    def partial(self) -> bool:
        """Tell whether the content is only the beginning."""
        return len(self.content) < self.size


@dataclass(frozen=True, slots=True)
class LargeFile:
    """A CSV on this computer and what is to become of its rows."""

    name: str
    draft: Draft

    @property
    def path(self) -> Path:
        """Return where it is."""
        return Path(self.name)

    def pieces(self) -> Iterator[bytes]:
        """Yield the CSV to be sent. Raises Problem with the row at the first cell that breaks the schema."""
        with self.path.open("rb") as file:
            start = file.read(_START)
        with pd.read_csv(
            self.path, sep=separator_of(start), dtype="str", keep_default_na=False, skipinitialspace=True,
            chunksize=ROWS, encoding=encoding_of(start),
        ) as chunks:  # fmt: skip
            for number, chunk in enumerate(chunks):
                table, fields = shaped(chunk, self.draft)
                if wrong := broken_cells(table, fields):
                    raise Problem("The file breaks a rule", f"{wrong[0].text} Nothing was imported.")
                yield table.to_csv(index=False, header=number == 0).encode()

    def stream(self) -> io.BufferedReader:
        """Return the CSV to be sent as a file."""
        return io.BufferedReader(_Stream(self.pieces()), buffer_size=1 << 20)


def find(connection: Connection, place: str) -> Found:
    """Return what is at a path of this computer or an S3 URI. Raises Problem, ClientError."""
    place = place.strip()
    return _object(connection, place) if place.startswith("s3://") else _file(Path(place).expanduser())


def _object(connection: Connection, uri: str) -> Found:
    files = list(csv_objects(connection, uri)) if split_uri(uri)[1] else []
    if not files:
        raise Problem(NOWHERE, f"Nothing is at {uri}. Give the URI of a CSV, or of a folder of CSV files.")
    size, first = sum(size for _, size in files), files[0][0]
    if len(files) == 1 and size <= READ_WHOLE:
        return Found(uri, read_object(connection, first), size)
    return Found(uri, _whole_lines(read_head(connection, first, HEAD)), size)


def _file(path: Path) -> Found:
    if not path.is_file():
        raise Problem(NOWHERE, f"Nothing is at {path}. Give the whole path of a CSV on the computer that runs Marquee.")
    if path.suffix.lower() not in SUFFIXES:
        raise Problem("This is no data file", f"{path.name} does not end in {', '.join(SUFFIXES)}.")
    size = path.stat().st_size
    if size <= READ_WHOLE:
        return Found(str(path), path.read_bytes(), size)
    if path.suffix.lower() in (".zip", ".gz"):
        raise Problem("The archive is too large", f"Unpack {path.name} and give the path of the CSV in it.")
    with path.open("rb") as file:
        return Found(str(path), _whole_lines(file.read(HEAD)), size)


def _whole_lines(head: bytes) -> bytes:
    """Cut a file's first bytes behind the last whole line; each newline of UTF-16 takes two of them."""
    encoding = encoding_of(head)
    if not encoding.startswith("utf-16"):
        return head[: head.rfind(b"\n") + 1]
    text = head.decode(encoding, "ignore")
    return text[: text.rfind("\n") + 1].encode("utf-16")


class _Stream(io.RawIOBase):
    """Pieces of bytes as a file that is read once."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces, self._rest = pieces, b""

    def readable(self) -> bool:
        """Tell that it can be read."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Fill the buffer with what comes next; 0 at the end."""
        while not self._rest:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._rest = piece
        count = min(len(buffer), len(self._rest))
        buffer[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        return count
