"""People to play in the watch simulator: films that data/personas.json names, or what is popular of one kind."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from services.catalog import Catalog, Item
from services.interactions import Interactions

FILE = Path(__file__).parent.parent / "data" / "personas.json"
EVENTS = 6
"""How many films a persona watches; later entries of the file stand in for films that a smaller catalogue lacks."""
KINDS = 8
"""How many kinds have a fan where the file names nobody who fits the catalogue."""


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


def fans(catalog: Catalog, interactions: Interactions) -> list[Persona]:
    """Return a persona for each of the largest kinds, who chooses what is most popular of it: for any catalogue."""
    largest = sorted(catalog.genres(), key=lambda genre: len(catalog.of_genre(genre)), reverse=True)[:KINDS]
    popular = {genre: interactions.popular(EVENTS, catalog.of_genre(genre)) for genre in largest}
    return [
        Persona(
            f"{genre[:1].upper()}{genre[1:]} fan",
            f"The most popular {catalog.noun.many} of the {catalog.kind.one} {genre}",
            genre,
            tuple(catalog.item(item_id) for item_id in chosen),
        )
        for genre, chosen in popular.items()
        if len(chosen) >= 3
    ]
