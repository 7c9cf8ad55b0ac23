"""People to play in the watch simulator: each a list of films that data/personas.json names by title and year."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from services.catalog import Catalog, Item

FILE = Path(__file__).parent.parent / "data" / "personas.json"
EVENTS = 6
"""How many films a persona watches; later entries of the file stand in for films that a smaller catalogue lacks."""


@dataclass(frozen=True, slots=True)
class Persona:
    """One taste, as films of the catalogue at hand."""

    name: str
    about: str
    genre: str
    items: tuple[Item, ...]


def personas(catalog: Catalog) -> list[Persona]:
    """Return the personas of whose films the catalogue has at least three."""
    rows = json.loads(FILE.read_text(encoding="utf-8"))
    found = [(row, catalog.find([(title, year) for title, year in row["films"]])[:EVENTS]) for row in rows]
    return [Persona(row["name"], row["about"], row["genre"], tuple(items)) for row, items in found if len(items) >= 3]
