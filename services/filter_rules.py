"""Filter expressions put together from rules, and read in plain words."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from services.connection import Connection
from services.resources import Resource, describe

WORDS = {"IN": "is one of", "NOT IN": "is none of"}
NUMBERS = {"=": "is", "<": "is less than", "<=": "is at most", ">": "is more than", ">=": "is at least"}
_ONLY, _LEAVES_OUT = "Only items where", "Leaves out items where"
_IDS = {"USER_ID", "ITEM_ID"}
_EXPRESSION = re.compile(
    r"\s*(INCLUDE|EXCLUDE)\s+ItemID\s+WHERE\s+(.+?)(?:\s+IF\s+(.+?))?\s*", re.IGNORECASE | re.DOTALL
)
_CONDITION = re.compile(
    r"\s*(\w+\.\w+)\s*(NOT\s+IN|IN|<=|>=|=|<|>)\s*(\([^)]*\)|\"[^\"]*\"|[^\s()]+)\s*", re.IGNORECASE | re.DOTALL
)


@dataclass(frozen=True, slots=True)
class FilterField:
    """One column that a filter may ask about: Items.GENRES."""

    name: str
    numeric: bool = False

    @property
    def dataset(self) -> str:
        """Return the dataset that has the column: Items or Interactions."""
        return self.name.partition(".")[0]

    @property
    def operators(self) -> dict[str, str]:
        """Return the operators that suit the column, with their words."""
        return NUMBERS if self.numeric else WORDS


@dataclass(frozen=True, slots=True)
class Rule:
    """Leave out, or let in alone, the items of which a column says something."""

    include: bool
    field: FilterField
    operator: str
    values: tuple[str, ...]

    @property
    def complete(self) -> bool:
        """Tell whether it can be written: a number where one is compared, else values, or one placeholder after IN."""
        if self.field.numeric:
            return len(self.values) == 1 and _is_number(self.values[0])
        if any(value.startswith("$") for value in self.values):
            return len(self.values) == 1 and self.operator == "IN"
        return bool(self.values)

    def condition(self) -> str:
        """Return what it asks in the filter grammar of Amazon Personalize; a value like $GENRE stays a placeholder."""
        return f"{self.field.name} {self.operator} {self._written()}"

    def _written(self) -> str:
        if self.field.numeric:
            return self.values[0]
        return f"({', '.join(value if value.startswith('$') else quoted(value) for value in self.values)})"


def quoted(text: str) -> str:
    """Return a text as filters have it: in double quotes, with a backslash before quotes and backslashes."""
    return json.dumps(text, ensure_ascii=False)


def expression_of(rules: Iterable[Rule]) -> str:
    """Return one expression that lists an item when every rule lets it through.

    Chained INCLUDEs would let in what any of them does (guide, filter-expressions), so those of one dataset are joined
    by AND. Interactions and Items cannot be joined: with INCLUDEs of both an item is listed when either lets it in.
    """
    asked = sorted(rules, key=lambda rule: rule.field.dataset)
    included = groupby((rule for rule in asked if rule.include), key=lambda rule: rule.field.dataset)
    parts = [f"EXCLUDE ItemID WHERE {rule.condition()}" for rule in asked if not rule.include]
    parts += [f"INCLUDE ItemID WHERE {' AND '.join(rule.condition() for rule in group)}" for _, group in included]
    return " | ".join(parts)


def read_aloud(expression: str) -> str | None:
    """Return an expression in plain words; None for one that is not made of simple conditions."""
    sentences = [_sentence(part) for part in expression.split("|")]
    if None in sentences:
        return None
    told = [sentence for sentence in sentences if sentence]
    kept, left_out = [[one for one in told if one.startswith(start)] for start in (_ONLY, _LEAVES_OUT)]
    return "; ".join(filter(None, [" or ".join(kept).replace(f" or {_ONLY}", " or"), *left_out]))


def filter_fields(connection: Connection, resources: Iterable[Resource]) -> list[FilterField]:
    """Return the columns of the Items and Interactions datasets that filters may ask about. Raises ClientError."""
    found: list[FilterField] = []
    for dataset in (resource for resource in resources if resource.kind == "dataset"):
        described = describe(connection, dataset)
        kind = described["datasetType"].capitalize()
        if kind in ("Items", "Interactions"):
            client = connection.client("personalize")
            schema = client.describe_schema(schemaArn=described["schemaArn"])["schema"]["schema"]
            found += _fields(kind, json.loads(schema))
    return sorted(found, key=lambda field: (not field.name.startswith("Items"), field.name))


def _fields(kind: str, schema: dict[str, Any]) -> list[FilterField]:
    fields = [field for field in schema["fields"] if field["name"] not in _IDS and not field.get("textual")]
    usable = [field for field in fields if kind == "Items" or field["name"] == "EVENT_TYPE"]
    return [FilterField(f"{kind}.{field['name']}", "string" not in _types(field["type"])) for field in usable]


def _types(written: str | list[str]) -> Sequence[str]:
    return written if isinstance(written, list) else [written]


def _sentence(part: str) -> str | None:
    matched = _EXPRESSION.fullmatch(part)
    if matched is None:
        return None
    verb, where, when = matched.groups()
    told = _conditions(where)
    condition = _conditions(when) if when else ""
    if told is None or condition is None:
        return None
    start = _ONLY if verb.upper() == "INCLUDE" else _LEAVES_OUT
    return f"{start} {told}" + (f", when {condition}" if condition else "")


def _conditions(text: str) -> str | None:
    parts = re.split(r"\s+(AND|OR)\s+", text, flags=re.IGNORECASE)
    told = [part.lower() if place % 2 else _condition(part) for place, part in enumerate(parts)]
    return None if None in told else " ".join(filter(None, told))


def _condition(text: str) -> str | None:
    matched = _CONDITION.fullmatch(text)
    if matched is None:
        return None
    field, operator, value = matched.groups()
    verb = (WORDS | NUMBERS)[" ".join(operator.upper().split())]
    listed = [part.strip().strip('"') for part in value.strip("()").split(",")]
    if listed == ["*"]:
        return f"there is {'any' if verb == WORDS['IN'] else 'no'} {_spoken(field)}"
    return f"{_spoken(field)} {verb} {' or '.join(listed)}"


def _spoken(field: str) -> str:
    table, _, column = field.partition(".")
    words = column.replace("_", " ").lower()
    owner = {"currentuser": " of the user", "interactions": " of the user's events"}.get(table.lower(), "")
    return f"{words}{owner}"


def _is_number(text: str) -> bool:
    return text.startswith("$") or re.fullmatch(r"-?\d+(\.\d+)?", text) is not None
