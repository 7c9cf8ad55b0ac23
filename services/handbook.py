"""The handbook: the documents of docs/, to be read and searched in the app and without a network."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

DOCS = Path(__file__).parents[1] / "docs"
FILES = {
    "Words": "words",
    "Tutorials": "tutorials",
    "How it is built": "architecture",
    "What was measured": "benchmarks",
    "Operations": "coverage",
    "Clients": "clients",
    "Insights": "insights",
}
"""The chapters, and their files."""
_RELATIVE_LINK = re.compile(r"!?\[([^\]]+)\]\((?!https?:)[^)]*\)")
_HEADING = re.compile(r"^#+", re.MULTILINE)
_ITEM = re.compile(r"\n(?=- |\d+\. )")


@dataclass(frozen=True, slots=True)
class Chapter:
    """A document as it is stored, and as it reads where its relative links lead nowhere."""

    file_name: str
    text: str

    @property
    def readable(self) -> str:
        """Return the text without its title, relative links being plain words."""
        return _RELATIVE_LINK.sub(r"\1", self.text).partition("\n")[2].strip()

    def narrowed(self, query: str) -> str:
        """Return what has every word of a query, under its headings: rows, list items and paragraphs; "" for none.

        A word of the first column that is the query itself comes first in its table.
        """
        kept, heading, shown = [], "", ""
        for block in self.readable.split("\n\n"):
            if block.startswith("#"):
                heading = block
            elif found := _narrowed(block, heading, query):
                kept += [found] if heading == shown else [heading, found]
                shown = heading
        return "\n\n".join(kept)


def read_chapter(name: str) -> Chapter:
    """Return a chapter by its name in FILES."""
    file_name = f"{FILES[name]}.md"
    return Chapter(file_name, (DOCS / file_name).read_text(encoding="utf-8"))


def search(query: str) -> dict[str, str]:
    """Return what the chapters say that has every word of a query, by chapter; their headings are of level 3."""
    found = {name: read_chapter(name).narrowed(query) for name in FILES}
    return {name: _HEADING.sub("###", text) for name, text in found.items() if text}


@cache
def words() -> dict[str, str]:
    """Return what docs/words.md says of each word of Amazon Personalize."""
    rows = [line.strip("|").split("|", 1) for line in read_chapter("Words").text.splitlines() if line.startswith("|")]
    return {first.strip(): rest.strip(" |") for first, rest in rows[2:]}


def word(name: str) -> str:
    """Return one line on a word of Amazon Personalize, for the help of a field."""
    return f"{name[:1].upper()}{name[1:]}: {words()[name]}."


def _narrowed(block: str, heading: str, query: str) -> str:
    """Return the rows of a table, the items of a list, or the whole paragraph, that have all words of a query."""

    def fits(part: str) -> bool:
        text = f"{heading} {part}".casefold()
        return all(one in text for one in query.casefold().split())

    if not block.startswith("|"):
        return "\n".join(filter(fits, _ITEM.split(block)))
    head, rule, *rows = block.split("\n")
    fitting = sorted(filter(fits, rows), key=lambda row: row.split("|")[1].strip().casefold() != query.casefold())
    return "\n".join([head, rule, *fitting]) if fitting else ""
