"""Keeps the calls that changed moto's services, so that they can be made again after a restart.

DATA/aws/journal.jsonl has one call a line, fsynced before its answer leaves; bodies of more than a few kilobytes are
files in DATA/aws/bodies, written before the call is made. A line cut off by a crash was never acknowledged and is
dropped.
"""

from __future__ import annotations

import base64
import json
import os
import urllib.parse
import uuid
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

INLINE_BYTES = 4096
"""Longer bodies get a file of their own."""

SPARE_CALLS = 1000
"""Calls beyond twice the needed ones that make the journal forget the others."""

MOST_MEASUREMENTS = 2000
"""Calls that put metrics into CloudWatch and are kept; it forgets old data points as well."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One call that changed something."""

    service: str
    method: str
    uri: str
    """Path and query as they came, percent-encoded."""
    headers: dict[str, str]
    time: float
    seed: int
    """Of moto's random numbers, so that the identifiers it invents come out the same."""
    body: str = ""
    """The body in base64, unless it has a file."""
    file: str = ""
    upload: str = ""
    """The identifier of the multipart upload that this call began."""

    @property
    def path(self) -> str:
        """Return the path without the query."""
        return self.uri.partition("?")[0]

    @property
    def query(self) -> dict[str, list[str]]:
        """Return the query's parameters."""
        return urllib.parse.parse_qs(self.uri.partition("?")[2], keep_blank_values=True)


class Journal:
    """The journal of one data directory; one thread at a time may read and append."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._room = SPARE_CALLS
        """Calls that may be added before the journal is compacted."""

    @property
    def _path(self) -> Path:
        return self.folder / "journal.jsonl"

    def read(self) -> list[Entry]:
        """Return the calls that are needed to come to the present state, and forget the others."""
        (self.folder / "bodies").mkdir(parents=True, exist_ok=True)
        if not self._path.exists():
            self._rewrite([])
        entries, torn = self._entries()
        needed = compacted(entries)
        if torn or len(needed) < len(entries):
            self._rewrite(needed)
        self._remove_bodies(needed)
        self._room = len(needed) + SPARE_CALLS
        return needed

    def keep_body(self, body: bytes) -> dict[str, str]:
        """Store a body durably and return the members of an Entry that find it again."""
        if len(body) <= INLINE_BYTES:
            return {"body": base64.b64encode(body).decode()}
        name = uuid.uuid4().hex
        _write_durably(self.folder / "bodies" / name, body)
        _sync_folder(self.folder / "bodies")
        return {"file": name}

    def drop_body(self, kept: dict[str, str]) -> None:
        """Remove what keep_body stored, for a call that was refused."""
        if "file" in kept:
            (self.folder / "bodies" / kept["file"]).unlink()

    def body(self, entry: Entry) -> bytes:
        """Return the body of a call."""
        return (self.folder / "bodies" / entry.file).read_bytes() if entry.file else base64.b64decode(entry.body)

    def append(self, entry: Entry) -> None:
        """Add a call; it is on the disk when this returns."""
        with self._path.open("ab") as file:
            file.write(_line(entry))
            file.flush()
            os.fsync(file.fileno())
        self._room -= 1
        if not self._room:
            self._compact()

    def _compact(self) -> None:
        entries = self._entries()[0]
        needed = compacted(entries)
        self._rewrite(needed)
        # Others have been written for calls that are yet to be added.
        for name in {entry.file for entry in entries} - {entry.file for entry in needed}:
            (self.folder / "bodies" / name).unlink()
        self._room = len(needed) + SPARE_CALLS

    def _entries(self) -> tuple[list[Entry], bool]:
        """Return the calls, and whether a crash cut one off after them."""
        whole, _, torn = self._path.read_bytes().rpartition(b"\n")
        return [Entry(**json.loads(line)) for line in whole.splitlines()], bool(torn)

    def _rewrite(self, entries: Iterable[Entry]) -> None:
        temporary = self._path.with_suffix(".tmp")
        _write_durably(temporary, b"".join(map(_line, entries)))
        temporary.replace(self._path)
        _sync_folder(self.folder)

    def _remove_bodies(self, needed: Iterable[Entry]) -> None:
        names = {entry.file for entry in needed}
        for path in (self.folder / "bodies").iterdir():
            if path.name not in names:
                path.unlink()


def compacted(entries: list[Entry]) -> list[Entry]:
    """Return the calls without old measurements and those whose effect on an object was later replaced or deleted.

    Left alone are buckets that ever kept versions, and objects that were copied from: their past still matters.
    """
    measurements = [entry for entry in entries if _measures(entry)]
    old = set(map(id, measurements[:-MOST_MEASUREMENTS]))
    entries = [entry for entry in entries if id(entry) not in old]
    versioned = {_bucket(entry) for entry in entries if "versioning" in entry.query}
    sources = {_source(entry) for entry in entries}
    uploads: Counter[str] = Counter()
    kept: dict[int, Entry] = {}
    places: dict[str, list[int]] = {}
    for place, entry in enumerate(entries):
        kept[place] = entry
        if not _concerns_object(entry) or _bucket(entry) in versioned or entry.path in sources:
            continue
        uploads[entry.path] += _uploads_begun(entry)
        if _replaces_object(entry) and not uploads[entry.path]:
            for earlier in places.pop(entry.path, []):
                del kept[earlier]
        places.setdefault(entry.path, []).append(place)
    return list(kept.values())


def _measures(entry: Entry) -> bool:
    """Tell whether a call put metrics into CloudWatch, in its JSON or its query protocol."""
    if entry.service != "monitoring":
        return False
    return "PutMetricData" in entry.headers.get("x-amz-target", "") or b"PutMetricData" in base64.b64decode(entry.body)


def _concerns_object(entry: Entry) -> bool:
    """Tell whether a call names bucket and key in its path; with the bucket in the host name it does not."""
    in_host = entry.headers.get("host", "").partition(":")[0].endswith(".localhost")
    return entry.service == "s3" and not in_host and bool(entry.path.lstrip("/").partition("/")[2])


def _bucket(entry: Entry) -> str:
    return entry.path.lstrip("/").partition("/")[0]


def _replaces_object(entry: Entry) -> bool:
    return entry.method in ("PUT", "DELETE") and not entry.query


def _uploads_begun(entry: Entry) -> int:
    """Return 1 where a multipart upload begins, -1 where one ends."""
    if entry.method == "POST" and "uploads" in entry.query:
        return 1
    return -1 if "uploadId" in entry.query and entry.method in ("POST", "DELETE") else 0


def _source(entry: Entry) -> str:
    """Return the path that a call copies from."""
    source = entry.headers.get("x-amz-copy-source", "").partition("?")[0]
    return "/" + urllib.parse.quote(urllib.parse.unquote(source).lstrip("/"), safe="/-_.~")


def _line(entry: Entry) -> bytes:
    return json.dumps(asdict(entry)).encode() + b"\n"


def _write_durably(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    """Make the names in a folder durable; Windows has no such call and needs none."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        os.fsync(descriptor)
        os.close(descriptor)
