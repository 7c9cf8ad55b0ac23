"""The saved filters of a dataset group, and how their parameters are passed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from services.catalog import Catalog
from services.connection import Connection
from services.filter_rules import quoted
from services.recommendations import Filter
from services.resources import Resource, describe

_PARAMETER = re.compile(r"\$(\w+)")
_NUMBER = re.compile(r"-?\d+(\.\d+)?")


def templates(catalog: Catalog) -> dict[str, str]:
    """Return expressions to start from by what they do, in the words and columns of a catalogue."""
    column, placeholder = f"Items.{catalog.kind_column}", f"${re.sub(r'[^A-Z0-9_]', '_', catalog.kind.one.upper())}"
    return {
        f"Leave out what the user {catalog.noun.done}": 'EXCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ("*")',
        f"Only chosen {catalog.kind.many}": f"INCLUDE ItemID WHERE {column} IN ({placeholder})",
        f"Without chosen {catalog.kind.many}": f"EXCLUDE ItemID WHERE {column} IN ({placeholder})",
        "Only newer than a year": "INCLUDE ItemID WHERE Items.YEAR >= $YEAR",
    }


@dataclass(frozen=True, slots=True)
class SavedFilter:
    """One filter as CreateFilter took it."""

    arn: str
    name: str
    expression: str

    @property
    def parameters(self) -> list[str]:
        """Return the names of its placeholders, without the dollar sign, in order."""
        return list(dict.fromkeys(_PARAMETER.findall(self.expression)))

    def with_values(self, values: Mapping[str, str]) -> Filter:
        """Return what GetRecommendations takes; a value is words separated by commas."""
        given = {name: listed(values[name]) for name in self.parameters if values.get(name, "").strip()}
        return Filter(self.arn, given)


def read_filters(connection: Connection, resources: Iterable[Resource]) -> list[SavedFilter]:
    """Return the active filters among the resources. Raises ClientError."""
    active = [found for found in resources if found.kind == "filter" and found.status == "ACTIVE"]
    return [SavedFilter(found.arn, found.name, describe(connection, found)["filterExpression"]) for found in active]


def listed(words: str) -> str:
    """Return "Comedy, Drama" as the service wants it: each word in double quotes, numbers bare."""
    parts = [part.strip().strip('"') for part in words.split(",")]
    return ",".join(part if _NUMBER.fullmatch(part) else quoted(part) for part in parts if part)
