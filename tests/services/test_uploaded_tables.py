"""An uploaded file is a table, or one sentence says why not and where."""

from __future__ import annotations

import gzip
import io
import zipfile

import pytest

from services.errors import Problem
from services.tables import WESTERN, NotUtf8, read_table


def test_a_csv_is_read_as_text() -> None:
    table = read_table(b"USER_ID,ITEM_ID\r\n01,a\r\n2,\r\n")
    assert table.mended == ()
    assert table.rows.to_dict("list") == {"USER_ID": ["01", "2"], "ITEM_ID": ["a", ""]}


def test_an_index_that_pandas_wrote_is_dropped() -> None:
    assert list(read_table(b",USER_ID,ITEM_ID\n0,1,2\n").rows.columns) == ["USER_ID", "ITEM_ID"]


def zipped(files: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xef\xbb\xbfa,b\n1,2\n", "byte order mark"),
        (b'"a","b"\n1,2\n', "without quotation marks"),
        (b"a;b\n1;2\n", "separated by semicolons"),
        (b"a\tb\n1\t2\n", "separated by tabs"),
        (b"a;b\r1;2\r", "separated by semicolons"),
        ("a,b\n1,2\n".encode("utf-16"), "written in UTF-16"),
        ("a,b\r\n1,2\r\n".encode("utf-16-be"), "written in UTF-16"),
        ("a,b\n1,2\n".encode("utf-16-le"), "written in UTF-16"),
        (gzip.compress(b"a,b\n1,2\n", mtime=0), "unpacked"),
        (zipped({"deep/rows.csv": b"a,b\n1,2\n", "readme.md": b"x"}), "deep/rows.csv was taken out"),
    ],
)
def test_what_the_service_would_stumble_over_is_mended_and_said(content: bytes, said: str) -> None:
    table = read_table(content)
    assert table.rows.to_dict("list") == {"a": ["1"], "b": ["2"]}
    assert [said in note for note in table.mended] == [True]


@pytest.mark.parametrize(
    ("content", "title", "body"),
    [
        (b"", "The file is empty", "first row names the columns"),
        (b" \n\n", "The file is empty", ""),
        (b"USER_ID,ITEM_ID\n", "The file has no rows", "nothing below it"),
        (b"%PDF-1.7", "This is not a CSV file", "a PDF"),
        (b"a,b\n1,\x00\n", "This is not a CSV file", "Line 2 holds a NUL byte"),
        (b"just some words\nand more", "This is not a CSV file", "one column only: 'just some words'"),
        (b"PK\x03\x04broken", "The archive is broken", "cannot be unpacked"),
        (b"\x1f\x8bbroken", "The archive is broken", "cannot be unpacked"),
        (zipped({"xl/workbook.xml": b"<x/>"}), "This is not a CSV file", "an Excel workbook"),
        (zipped({"a.csv": b"a,b\n1,2\n", "b.csv": b"a,b\n1,2\n"}), "This is not a CSV file", "it holds a.csv, b.csv"),
        (b"a,a\n1,2\n", "Two columns have the same name", "'a' is there twice"),
        (b"a,b\n1,2\n1,2,3\n", "This is not a CSV file", "Line 3 has 3 columns where the lines above have 2"),
        (b"a,b\n1,2,3\n1,2,3\n", "This is not a CSV file", "Line 2 has 3 columns where the lines above have 2"),
        (b'a,b\n1,"2\n', "This is not a CSV file", "never closed"),
        (b"a,b\n1,2\n3,caf\xe9\n", "The file is not UTF-8 text", "Line 3, column 2 holds the byte 0xe9"),
        ("a,b\n1,2\n".encode("utf-16")[:-1], "This is not a CSV file", "UTF-16 that breaks off"),
    ],
)
def test_what_is_no_table_is_named(content: bytes, title: str, body: str) -> None:
    with pytest.raises(Problem) as told:
        read_table(content)
    assert told.value.title == title
    assert body in told.value.body


@pytest.mark.parametrize(
    ("line", "body"),
    [("a,b\n1,{}", "Line 2 is longer than a million letters"), ("a,{}", "Line 1 is longer")],
)
def test_a_line_without_an_end_is_not_read(line: str, body: str) -> None:
    with pytest.raises(Problem, match=body):
        read_table(line.format("2," * 500_000).encode())


def test_what_excel_writes_in_the_west_is_read_when_its_owner_says_so() -> None:
    content = "item,title\n1,Café Müller\n2,l’été\n".encode(WESTERN)
    with pytest.raises(NotUtf8) as told:
        read_table(content)
    assert told.value.reads == "1,Café Müller"
    table = read_table(content, WESTERN)
    assert table.rows["title"].tolist() == ["Café Müller", "l’été"]
    assert ["Windows-1252" in note for note in table.mended] == [True]
    with pytest.raises(NotUtf8) as told:
        read_table(b"a,b\n1,\x81\n")
    assert told.value.reads == "", "no offer where it would not help"
