"""Reads an uploaded file as a table of text, or says in one sentence why it is none."""

from __future__ import annotations

import csv
import gzip
import io
import re
import zipfile
import zlib
from dataclasses import dataclass
from typing import IO

import pandas as pd

from services.errors import Problem

NOT_CSV = "This is not a CSV file"
LARGEST = 500_000_000
"""Bytes that an archive may hold: more is read by its path, piece by piece."""
_BOM = b"\xef\xbb\xbf"
_MAGIC = {b"%PDF": "a PDF", b"PAR1": "Parquet"}
_SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "vertical bars"}
_FIELDS = re.compile(r"Expected (\d+) fields in line (\d+), saw (\d+)")
_QUOTE = re.compile(r"EOF inside string starting at row (\d+)")


@dataclass(frozen=True, eq=False)
class Table:
    """A file's rows, every value as text and missing ones as "", and what was mended to read it."""

    rows: pd.DataFrame
    mended: tuple[str, ...] = ()


def read_table(content: bytes) -> Table:
    """Return the rows of a CSV, also out of a zip or gzip archive. Raises Problem, naming the row."""
    inner, notes = _unpacked(content)
    text = _decoded(inner)
    header = text.split("\n", 1)[0].rstrip("\r")
    separator = _separator(header)
    _check_header(header, separator)
    try:
        table = pd.read_csv(io.StringIO(text), sep=separator, dtype="str", keep_default_na=False, skipinitialspace=True)
    except pd.errors.ParserError as failure:
        raise Problem(NOT_CSV, _reason(str(failure))) from failure
    if table.empty:
        raise Problem("The file has no rows", "It has a header and nothing below it. Export it again with its rows.")
    # A column without a name is the index that pandas wrote beside the data.
    unnamed = [column for column in table.columns if str(column).startswith("Unnamed: ")]
    return Table(table.drop(columns=unnamed), (*notes, *_notes(inner, header, separator)))


def separator_of(first_line: bytes) -> str:
    """Return what separates the columns of a file, by its first line."""
    return _separator(first_line.decode("utf-8-sig", "replace"))


def _notes(content: bytes, header: str, separator: str) -> list[str]:
    """Return what a plain upload of the file would have failed for, which writing it anew has mended."""
    notes = []
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


def _decoded(content: bytes) -> str:
    if not content.strip():
        raise Problem("The file is empty", "Export it again: its first row names the columns, the others are the data.")
    for magic, kind in _MAGIC.items():
        if content.startswith(magic):
            raise Problem(NOT_CSV, f"It looks like {kind}. Save or export it as CSV (UTF-8) and upload that.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as failure:
        raise Problem("The file is not UTF-8 text", _undecodable(content, failure)) from failure
    if "\x00" in text:
        row = text[: text.index("\x00")].count("\n") + 1
        raise Problem(NOT_CSV, f"Line {row} holds a NUL byte, which no text has. Save it as CSV (UTF-8).")
    return text


def _undecodable(content: bytes, failure: UnicodeDecodeError) -> str:
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "It is UTF-16, as Excel's 'Unicode text' is. Save it as 'CSV UTF-8' and upload that."
    before = content[: failure.start]
    line = before.count(b"\n") + 1
    column = before[before.rfind(b"\n") + 1 :].count(b",") + 1
    value = f"0x{content[failure.start]:02x}"
    return f"Line {line}, column {column} holds the byte {value}, which is not UTF-8. Save the file as 'CSV UTF-8'."


def _separator(header: str) -> str:
    """Return what the header's names are separated by."""
    return next((sign for sign in _SEPARATORS if sign in header and "," not in header), ",")


def _check_header(header: str, separator: str) -> None:
    if separator not in header:
        raise Problem(
            NOT_CSV, f"Its first line has one column only: '{header[:60]}'. Columns need commas between them."
        )
    names = [name.strip() for name in next(csv.reader([header], delimiter=separator))]
    twice = next((name for name in names if name and names.count(name) > 1), None)
    if twice:
        raise Problem("Two columns have the same name", f"'{twice}' is there twice. Rename one of the two.")


def _reason(message: str) -> str:
    if found := _FIELDS.search(message):
        return (
            f"Line {found[2]} has {found[3]} columns where the lines above have {found[1]}. Mend or remove that line."
        )
    if found := _QUOTE.search(message):
        return f"A quotation mark that opens after row {found[1]} is never closed. Close it or remove it."
    return message.strip().splitlines()[-1] + ". Mend the file and upload it again."
