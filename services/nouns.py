"""What the items of a catalogue and their kinds are called, so that a page can say restaurants and cuisines."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Noun:
    """The word for the items, and for what people do with one."""

    one: str
    many: str
    do: str
    done: str


ITEM = Noun("item", "items", "choose", "chose")
_KNOWN = (
    (("movie", "film"), Noun("film", "films", "watch", "watched")),
    (("restaurant", "cuisine"), Noun("restaurant", "restaurants", "visit", "visited")),
    (("book", "author"), Noun("book", "books", "read", "read")),
    (("song", "track", "artist"), Noun("song", "songs", "play", "played")),
    (("article", "headline"), Noun("article", "articles", "read", "read")),
    (("product", "category_l1"), Noun("product", "products", "buy", "bought")),
)


@dataclass(frozen=True, slots=True)
class Kind:
    """The word for what items are sorted by: genres, cuisines or categories."""

    one: str
    many: str


GENRE = Kind("genre", "genres")
_KINDS = {"cuisine": Kind("cuisine", "cuisines"), "categor": Kind("category", "categories")}


def kind_for(column: str) -> Kind:
    """Return the word that fits a column's name; genre where no other does."""
    return next((kind for sign, kind in _KINDS.items() if sign in column.lower()), GENRE)


def noun_for(words: Iterable[str]) -> Noun:
    """Return the noun that fits the names around a catalogue: its columns, its group, its address."""
    text = " ".join(words).lower()
    return next((noun for signs, noun in _KNOWN if any(sign in text for sign in signs)), ITEM)
