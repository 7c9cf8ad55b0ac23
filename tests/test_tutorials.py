"""docs/tutorials.md: every row has an answer, and every proof that it names is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "docs" / "tutorials.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| ([\d., -]+) \| [^|]+ \| (\S+) \| ([^|]*)\|([^|]*)\|$", TEXT, re.MULTILINE)
LAST = {0: 40, 1: 12, 2: 23, 3: 31, 4: 12}
"""How many rows each tutorial has."""


def numbers(told: str) -> list[tuple[int, int]]:
    """Return the rows that "0.6-0.10" or "2.5, 2.6" names."""
    found: list[tuple[int, int]] = []
    for part in told.split(", "):
        first, _, last = part.partition("-")
        tutorial, begin = map(int, first.split("."))
        end = int(last.split(".")[1]) if last else begin
        found += [(tutorial, row) for row in range(begin, end + 1)]
    return found


def test_every_row_of_the_tutorials_is_answered_once() -> None:
    told = sorted(row for columns in ROWS for row in numbers(columns[0].strip()))
    assert told == [(tutorial, row) for tutorial, last in LAST.items() for row in range(1, last + 1)]
    assert {columns[1] for columns in ROWS} <= {"yes", "partly", "no", "n/a"}


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`((?:tests|examples)/[\w/]+\.py)", TEXT))))
def test_every_proof_exists(name: str) -> None:
    assert (ROOT / name).exists()


def test_what_holds_says_where_to_see_it_or_what_proves_it() -> None:
    assert [columns[0] for columns in ROWS if columns[1] == "yes" and not columns[3].strip()] == []
