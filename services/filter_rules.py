"""Filter expressions put together from rules, and read in plain words."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from services.connection import Connection
from services.resources import Resource, describe

WORDS = {"IN": "is one of", "NOT IN": "is none of"}
NUMBERS = {"=": "is", "<": "is less than", "<=": "is at most", ">": "is more than", ">=": "is at least"}
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
        """Tell whether it can be written: a number where one is compared, else at least one value."""
        if self.field.numeric:
            return len(self.values) == 1 and _is_number(self.values[0])
        return bool(self.values)

    def expression(self) -> str:
        """Return it in the filter grammar of Amazon Personalize; a value like $GENRE stays a placeholder."""
        verb = "INCLUDE" if self.include else "EXCLUDE"
        return f"{verb} ItemID WHERE {self.field.name} {self.operator} {self._written()}"

    def _written(self) -> str:
        if self.field.numeric:
            return self.values[0]
        return f"({', '.join(value if value.startswith('$') else json.dumps(value) for value in self.values)})"


def expression_of(rules: Iterable[Rule]) -> str:
    """Return one expression: an item is listed when every rule lets it through."""
    return " | ".join(rule.expression() for rule in rules)


def read_aloud(expression: str) -> str | None:
    """Return an expression in plain words; None for one that is not made of simple conditions."""
    sentences = [_sentence(part) for part in expression.split("|")]
    return None if None in sentences else "; ".join(filter(None, sentences))


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
    start = "Only what has" if verb.upper() == "INCLUDE" else "Leaves out what has"
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
        return f"any {_spoken(field)}" if verb == WORDS["IN"] else f"no {_spoken(field)}"
    return f"{_spoken(field)} that {verb} {' or '.join(listed)}"


def _spoken(field: str) -> str:
    table, _, column = field.partition(".")
    words = column.replace("_", " ").lower()
    owner = {"currentuser": "the user's ", "interactions": "the user's events' "}.get(table.lower(), "")
    return f"{owner}{words}"


def _is_number(text: str) -> bool:
    return text.startswith("$") or re.fullmatch(r"-?\d+(\.\d+)?", text) is not None
