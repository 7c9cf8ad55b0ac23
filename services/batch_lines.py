"""The input of batch jobs: one JSON object a line, checked line by line before anything is sent."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from services.recipes import Recipe

Asked = Literal["user", "item", "ranking", "item segment", "attribute segment"]
"""What a line names: a user, an item, a user with items to rank, an item to find users for, attributes of items."""
ID_LENGTH = 256
RANKED_ITEMS = 500
MOST_LINES: Mapping[Asked, int] = {"item segment": 500, "attribute segment": 10}
"""Lines that one job takes at most, where the developer guide names a limit."""
EXAMPLES: Mapping[Asked, str] = {
    "user": '{"userId": "1"}',
    "item": '{"itemId": "1240"}',
    "ranking": '{"userId": "1", "itemList": ["1240", "589"]}',
    "item segment": '{"itemId": "1240"}',
    "attribute segment": '{"itemAttributes": "ITEMS.genres = \\"Comedy\\""}',
}
_MEMBERS: Mapping[Asked, str] = {
    "user": "userId",
    "item": "itemId",
    "ranking": "userId",
    "item segment": "itemId",
    "attribute segment": "itemAttributes",
}
_SEPARATOR = re.compile(r"[,;\s]+")
_Fault = str | None


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one line; lines count from 1."""

    line: int
    text: str

    def __str__(self) -> str:
        """Return the sentence."""
        return f"Line {self.line}: {self.text}"


@dataclass(frozen=True, slots=True)
class Checked:
    """The lines of an input that can be sent, and what is wrong with the others."""

    lines: tuple[dict[str, Any], ...] = ()
    faults: tuple[Fault, ...] = ()


def asked_by(recipe: Recipe) -> Asked:
    """Return what a recipe's lines name."""
    if recipe.purpose == "segment":
        return "attribute segment" if "attribute" in recipe.name else "item segment"
    return {"item": "item", "ranking": "ranking"}.get(recipe.purpose, "user")  # type: ignore[return-value]


def lines_of(values: Iterable[str], asked: Asked, ranked: Sequence[str] = ()) -> list[dict[str, Any]]:
    """Return a line for each id or expression; ranked are the items that every user's line brings."""
    more = {"itemList": list(ranked)} if asked == "ranking" else {}
    return [{_MEMBERS[asked]: value, **more} for value in values]


def read_lines(content: bytes, asked: Asked) -> Checked:
    """Check a file or pasted text: JSON lines, ids apart by commas, blanks or line ends, or one expression a line."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        line = content.count(b"\n", 0, wrong.start) + 1
        return Checked(faults=(Fault(line, "This is not UTF-8 text. Save the file as UTF-8."),))
    if text.lstrip().startswith(("{", "[")) or asked == "ranking":
        return _limited(_each(text, lambda line: _parsed(line, asked)), asked)
    if asked == "attribute segment":
        return _limited(_each(text, lambda line: _checked({"itemAttributes": line}, asked)), asked)
    numbered = [(number, word) for number, line in enumerate(text.splitlines(), 1) for word in _SEPARATOR.split(line)]
    checked = [(number, _checked({_MEMBERS[asked]: word}, asked)) for number, word in numbered if word]
    return _limited(checked, asked)


def with_filter_values(lines: Iterable[dict[str, Any]], values: Mapping[str, str]) -> list[dict[str, Any]]:
    """Give every line a filter's values, except where it brings its own."""
    return [{**({"filterValues": dict(values)} if values else {}), **line} for line in lines]


def json_lines(lines: Iterable[Mapping[str, Any]]) -> bytes:
    """Return the lines as a batch job reads them."""
    return "\n".join(json.dumps(line, ensure_ascii=False) for line in lines).encode()


def _each(
    text: str, check: Callable[[str], tuple[dict[str, Any], _Fault]]
) -> list[tuple[int, tuple[dict[str, Any], _Fault]]]:
    lines = ((number, line.strip()) for number, line in enumerate(text.splitlines(), 1))
    return [(number, check(line)) for number, line in lines if line]


def _limited(checked: Sequence[tuple[int, tuple[dict[str, Any], _Fault]]], asked: Asked) -> Checked:
    good = [(number, line) for number, (line, fault) in checked if fault is None]
    faults = [Fault(number, fault) for number, (_, fault) in checked if fault is not None]
    most = MOST_LINES.get(asked, len(good))
    if len(good) > most:
        faults.append(Fault(good[most][0], f"One job takes at most {most} lines of this kind; {len(good)} are here."))
    return Checked(tuple(line for _, line in good[:most]), tuple(faults))


def _parsed(line: str, asked: Asked) -> tuple[dict[str, Any], _Fault]:
    try:
        found = json.loads(line)
    except json.JSONDecodeError as wrong:
        return (
            {},
            f"This is not JSON: {wrong.msg.lower()} at character {wrong.pos + 1}. A line looks like {EXAMPLES[asked]}.",
        )
    if not isinstance(found, dict):
        return {}, f"This is not a JSON object. A line looks like {EXAMPLES[asked]}."
    return _checked(found, asked)


def _checked(line: dict[str, Any], asked: Asked) -> tuple[dict[str, Any], _Fault]:
    fault = (
        _text_fault(line, _MEMBERS[asked], asked)
        or (_list_fault(line, asked) if asked == "ranking" else None)
        or _values_fault(line)
    )
    return line, fault


def _text_fault(line: Mapping[str, Any], member: str, asked: Asked) -> _Fault:
    value = line.get(member)
    if value is None:
        return f"{member} is missing. A line looks like {EXAMPLES[asked]}."
    if not isinstance(value, str) or not value:
        return f"{member} must be text in quotation marks, not {json.dumps(value)}."
    if member != "itemAttributes" and len(value) > ID_LENGTH:
        return f"{member} has {len(value)} characters; {ID_LENGTH} are the most."
    return None


def _list_fault(line: Mapping[str, Any], asked: Asked) -> _Fault:
    items = line.get("itemList")
    if not isinstance(items, list) or not items or not all(isinstance(item, str) and item for item in items):
        return f"itemList must be a list of item ids in quotation marks. A line looks like {EXAMPLES[asked]}."
    if len(items) > RANKED_ITEMS:
        return f"itemList has {len(items)} items; {RANKED_ITEMS} are the most."
    return None


def _values_fault(line: Mapping[str, Any]) -> _Fault:
    values = line.get("filterValues", {})
    if isinstance(values, dict) and all(isinstance(value, str) for value in values.values()):
        return None
    return 'filterValues must be an object of texts, such as {"GENRE": "\\"Comedy\\""}.'
