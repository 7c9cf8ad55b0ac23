"""Reads an uploaded file as a table of text, or says in one sentence why it is none."""

from __future__ import annotations

import csv
import gzip
import io
import re
import zipfile
import zlib
from collections import Counter
from dataclasses import dataclass
from typing import IO, Any

import pandas as pd

from services.errors import Problem

NOT_CSV = "This is not a CSV file"
LARGEST = 500_000_000
"""Bytes that an archive may hold: more is read by its path, piece by piece."""
WESTERN = "cp1252"
"""What Excel writes on a Western Windows when it is not asked for UTF-8."""
LONGEST_LINE = 1_000_000
_BOM = b"\xef\xbb\xbf"
_WIDE_BOMS = (b"\xff\xfe", b"\xfe\xff")
_MAGIC = {b"%PDF": "a PDF", b"PAR1": "Parquet"}
_SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "vertical bars"}
_FIELDS = re.compile(r"Expected (\d+) fields in line (\d+), saw (\d+)")
_LINE_END = re.compile(r"[\r\n]")
_QUOTE = re.compile(r"EOF inside string starting at row (\d+)")


@dataclass(frozen=True, eq=False)
class Table:
    """A file's rows, every value as text and missing ones as "", and what was mended to read it."""

    rows: pd.DataFrame
    mended: tuple[str, ...] = ()


class NotUtf8(Problem):
    """Bytes that are not UTF-8; reads is their line as WESTERN has it, "" where that does not fit either."""

    def __init__(self, body: str, reads: str) -> None:
        super().__init__("The file is not UTF-8 text", body)
        self.reads = reads


def read_table(content: bytes, encoding: str = "") -> Table:
    """Return the rows of a CSV, also out of a zip or gzip archive. Raises Problem, naming the row.

    UTF-8 and UTF-16 are told apart by themselves; encoding names any other.
    """
    inner, notes = _unpacked(content)
    text = _decoded(inner, encoding)
    rows = io.StringIO(text, newline=None)
    _check_lengths(rows)
    header = _LINE_END.split(text, maxsplit=1)[0]
    separator = _separator(header)
    _check_header(header, separator)
    try:
        # Read without names, a first row with more cells than the header is an error; with them, they become an index.
        _frame(rows, separator, header=None, nrows=2)
        table = _frame(rows, separator)
    except pd.errors.ParserError as failure:
        raise Problem(NOT_CSV, _reason(str(failure))) from failure
    if table.empty:
        raise Problem("The file has no rows", "It has a header and nothing below it. Export it again with its rows.")
    # A column without a name is the index that pandas wrote beside the data.
    unnamed = [column for column in table.columns if str(column).startswith("Unnamed: ")]
    return Table(table.drop(columns=unnamed), (*notes, *_notes(inner, encoding, header, separator)))


def _frame(rows: IO[str], separator: str, **options: Any) -> pd.DataFrame:
    rows.seek(0)
    table: pd.DataFrame = pd.read_csv(
        rows, sep=separator, dtype="str", keep_default_na=False, skipinitialspace=True, **options
    )
    return table


def encoding_of(start: bytes) -> str:
    """Return how a file is written by its first bytes: UTF-16, also without its mark, or else UTF-8."""
    if start.startswith(_WIDE_BOMS):
        return "utf-16"
    # Every other byte of a header in UTF-16 is zero.
    sides = {"utf-16-le": start[1:64:2], "utf-16-be": start[:64:2]}
    return next((name for name, side in sides.items() if side and not any(side)), "utf-8-sig")


def separator_of(start: bytes) -> str:
    """Return what separates the columns of a file, by its first bytes."""
    return _separator(start.decode(encoding_of(start), "replace").split("\n", 1)[0])


def _notes(content: bytes, encoding: str, header: str, separator: str) -> list[str]:
    """Return what a plain upload of the file would have failed for, which writing it anew has mended."""
    notes = []
    if encoding_of(content).startswith("utf-16"):
        notes.append("The file was written in UTF-16, as Excel's 'Unicode text' is; it is sent as UTF-8.")
    if encoding == WESTERN:
        notes.append("The file was read as Windows-1252; it is sent as UTF-8.")
    if content.startswith(_BOM):
        notes.append("The byte order mark before the header is left out: it would become part of the first name.")
    if '"' in header:
        notes.append("The header is written without quotation marks, as the service wants it.")
    if separator != ",":
        notes.append(f"The columns were separated by {_SEPARATORS[separator]}; they are sent with commas.")
    return notes


def _unpacked(content: bytes) -> tuple[bytes, list[str]]:
    """Return the CSV in an archive, or the content as it is."""
    try:
        if content.startswith(b"\x1f\x8b"):
            return _limited(gzip.GzipFile(fileobj=io.BytesIO(content))), ["The file was unpacked; S3 gets plain CSV."]
        if content.startswith(b"PK\x03\x04"):
            return _only_csv(content)
    except (zipfile.BadZipFile, OSError, EOFError, zlib.error, NotImplementedError, RuntimeError) as broken:
        raise Problem(
            "The archive is broken", f"It cannot be unpacked: {broken}. Pack or download it again."
        ) from broken
    return content, []


def _only_csv(content: bytes) -> tuple[bytes, list[str]]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = [name for name in archive.namelist() if name.lower().endswith((".csv", ".txt"))]
        if any(name.startswith("xl/") for name in archive.namelist()):
            raise Problem(NOT_CSV, "It looks like an Excel workbook. Save or export it as CSV (UTF-8) and upload that.")
        if len(names) != 1:
            found = ", ".join(names[:5]) or "none"
            raise Problem(
                NOT_CSV, f"The zip must hold one CSV; it holds {found}. Unpack it and upload the one you mean."
            )
        with archive.open(names[0]) as file:
            return _limited(file), [f"{names[0]} was taken out of the zip."]


def _limited(file: IO[bytes] | gzip.GzipFile) -> bytes:
    inner = file.read(LARGEST + 1)
    if len(inner) > LARGEST:
        raise Problem("The archive is too large", "It unpacks to more than 500 MB. Unpack it, and give the CSV's path.")
    return inner


def _decoded(content: bytes, encoding: str) -> str:
    if not content.strip():
        raise Problem("The file is empty", "Export it again: its first row names the columns, the others are the data.")
    for magic, kind in _MAGIC.items():
        if content.startswith(magic):
            raise Problem(NOT_CSV, f"It looks like {kind}. Save or export it as CSV (UTF-8) and upload that.")
    try:
        text = content.decode(encoding or encoding_of(content))
    except UnicodeDecodeError as failure:
        raise _undecodable(content, failure) from failure
    if "\x00" in text:
        row = text[: text.index("\x00")].count("\n") + 1
        raise Problem(NOT_CSV, f"Line {row} holds a NUL byte, which no text has. Save it as CSV (UTF-8).")
    return text


def _undecodable(content: bytes, failure: UnicodeDecodeError) -> Problem:
    if failure.encoding.startswith("utf-16"):
        return Problem(NOT_CSV, "It is UTF-16 that breaks off or is damaged. Save it again as 'CSV UTF-8'.")
    before = content[: failure.start]
    line = before.count(b"\n") + 1
    column = before[before.rfind(b"\n") + 1 :].count(b",") + 1
    value = f"0x{content[failure.start]:02x}"
    text = f"Line {line}, column {column} holds the byte {value}, which is not UTF-8. Save the file as 'CSV UTF-8'."
    return NotUtf8(text, _as_western(content, before.count(b"\n")))


def _as_western(content: bytes, line: int) -> str:
    """Return a line as it reads in WESTERN; "" where the file cannot be written in that."""
    try:
        return content.decode(WESTERN).split("\n")[line].strip()
    except UnicodeDecodeError:
        return ""


def _separator(header: str) -> str:
    """Return what the header's names are separated by."""
    return next((sign for sign in _SEPARATORS if sign in header and "," not in header), ",")


def _check_header(header: str, separator: str) -> None:
    if separator not in header:
        raise Problem(
            NOT_CSV, f"Its first line has one column only: '{header[:60]}'. Columns need commas between them."
        )
    try:
        names = [name.strip() for name in next(csv.reader([header], delimiter=separator))]
    except csv.Error as failure:
        raise Problem(NOT_CSV, f"Its first line names no columns: {failure}. Mend it and upload it again.") from failure
    twice = next((name for name, count in Counter(names).items() if name and count > 1), None)
    if twice:
        raise Problem("Two columns have the same name", f"'{twice}' is there twice. Rename one of the two.")


def _check_lengths(rows: io.StringIO) -> None:
    """Refuse a file whose rows do not end."""
    for number in (1, 2):
        if len(rows.readline(LONGEST_LINE)) == LONGEST_LINE:
            told = f"Line {number} is longer than a million letters. Rows need line breaks between them."
            raise Problem(NOT_CSV, told)


def _reason(message: str) -> str:
    if found := _FIELDS.search(message):
        return (
            f"Line {found[2]} has {found[3]} columns where the lines above have {found[1]}. Mend or remove that line."
        )
    if found := _QUOTE.search(message):
        return f"A quotation mark that opens after row {found[1]} is never closed. Close it or remove it."
    return message.strip().splitlines()[-1] + ". Mend the file and upload it again."
