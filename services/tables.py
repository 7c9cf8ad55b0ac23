"""Reads an uploaded file as a table of text, or says in one sentence why it is none."""

from __future__ import annotations

import io
import re

import pandas as pd

from services.errors import Problem

NOT_CSV = "This is not a CSV file"
_MAGIC = {
    b"PK\x03\x04": "an Excel workbook or a zip",
    b"%PDF": "a PDF",
    b"\x1f\x8b": "a gzip archive",
    b"PAR1": "Parquet",
}
_FIELDS = re.compile(r"Expected (\d+) fields in line (\d+), saw (\d+)")
_QUOTE = re.compile(r"EOF inside string starting at row (\d+)")


def read_table(content: bytes) -> pd.DataFrame:
    """Return the CSV's rows with every value as text, missing ones as "". Raises Problem, naming the row."""
    text = _decoded(content)
    _check_header(text.split("\n", 1)[0].rstrip("\r"))
    try:
        table = pd.read_csv(io.StringIO(text), dtype="str", keep_default_na=False, skipinitialspace=True)
    except pd.errors.ParserError as failure:
        raise Problem(NOT_CSV, _reason(str(failure))) from failure
    if table.empty:
        raise Problem("The file has no rows", "It has a header and nothing below it. Export it again with its rows.")
    # A column without a name is the index that pandas wrote beside the data.
    unnamed = [column for column in table.columns if str(column).startswith("Unnamed: ")]
    return table.drop(columns=unnamed)


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


def _check_header(header: str) -> None:
    for separator, name in ((";", "semicolons"), ("\t", "tabs"), ("|", "vertical bars")):
        if separator in header and "," not in header:
            raise Problem(NOT_CSV, f"Its columns are separated by {name}. Export it with commas between the columns.")
    if "," not in header:
        raise Problem(
            NOT_CSV, f"Its first line has one column only: '{header[:60]}'. Columns need commas between them."
        )
    names = [name.strip().strip('"') for name in header.split(",")]
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
