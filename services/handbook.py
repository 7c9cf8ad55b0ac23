"""The handbook: the documents of docs/, to be read in the app and without a network."""

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


@dataclass(frozen=True, slots=True)
class Chapter:
    """A document as it is stored, and as it reads where its relative links lead nowhere."""

    file_name: str
    text: str

    @property
    def readable(self) -> str:
        """Return the text without its title, relative links being plain words."""
        return _RELATIVE_LINK.sub(r"\1", self.text).partition("\n")[2].strip()


def read_chapter(name: str) -> Chapter:
    """Return a chapter by its name in FILES."""
    file_name = f"{FILES[name]}.md"
    return Chapter(file_name, (DOCS / file_name).read_text(encoding="utf-8"))


@cache
def word(name: str) -> str:
    """Return what docs/words.md says of a word of Amazon Personalize, for the help of a field."""
    rows = (line.strip("|").split("|", 1) for line in read_chapter("Words").text.splitlines() if line.startswith("|"))
    told = {first.strip(): rest.strip(" |") for first, rest in rows}
    return f"{name[:1].upper()}{name[1:]}: {told[name]}."
