"""The catalogue: what item ids are called, read from the CSV on S3 that the dataset group's tag names."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from services.connection import Connection
from services.errors import Problem
from services.letters import visible
from services.nouns import GENRE, ITEM, Kind, Noun, kind_for, noun_for
from services.objects import read_object

TAG = "marquee:catalog"
ID_COLUMNS = ("item_id", "itemid", "movieid", "id")
TITLE_COLUMNS = ("title", "name")
GENRE_COLUMNS = ("genres", "genre", "categories", "category", "cuisines", "cuisine", "category_l1")
PICTURE_COLUMNS = ("picture", "picture_url", "poster", "poster_url", "image", "image_url", "cover", "cover_url")
NO_GENRE = "(no genres listed)"
UNREADABLE = "The catalogue cannot be read"

_YEAR = re.compile(r"\s*\((\d{4})\)\s*$")
_YEAR_CELL = re.compile(r"[0-9]{4}(\.0)?")
_ARTICLE = re.compile(r"^(.*), (the|a|an)$")
_ASIDE = re.compile(r"\s*\([^)]*\)")


@dataclass(frozen=True, slots=True)
class Item:
    """One item as people know it; an item that no catalogue names has its id for a title."""

    item_id: str
    title: str
    year: int | None = None
    genres: tuple[str, ...] = ()
    picture: str = ""
    """The address of its picture on the web, where the catalogue has one."""

    @property
    def label(self) -> str:
        """Return title and year: "Alien (1979)"."""
        return f"{self.title} ({self.year})" if self.year else self.title


@dataclass(frozen=True)
class Catalog:
    """Every named item, in the order of the file."""

    items: Mapping[str, Item] = field(default_factory=dict)
    source: str = ""
    """The S3 URI it came from; empty where there is none."""
    noun: Noun = ITEM
    kind: Kind = GENRE
    kind_column: str = "GENRES"
    """The column of the Items dataset that has the genres, cuisines or categories."""

    def item(self, item_id: str) -> Item:
        """Return the item of that id, named by its id where the catalogue does not know it."""
        return self.items.get(item_id) or Item(item_id, visible(item_id))

    def label(self, item_id: str) -> str:
        """Return what a choice among items calls it: title and year, and the id where others are called the same.

        It is the same string each time, since Streamlit keeps the choices of every visitor.
        """
        return self._labels.get(item_id, item_id)

    @cached_property
    def _labels(self) -> dict[str, str]:
        named = Counter(item.label for item in self.items.values())
        return {
            item_id: item.label if named[item.label] == 1 else f"{item.label} · {item_id}"
            for item_id, item in self.items.items()
        }

    def genres(self) -> list[str]:
        """Return every genre, sorted."""
        return list(self._genres)

    @cached_property
    def _genres(self) -> list[str]:
        return sorted({genre for item in self.items.values() for genre in item.genres})

    def of_genre(self, genre: str) -> list[str]:
        """Return the ids of a genre's items."""
        return [item.item_id for item in self.items.values() if genre in item.genres]

    def find(self, titles: Iterable[tuple[str, int]]) -> list[Item]:
        """Return the items with these titles and years, in that order, leaving out what the catalogue has not."""
        found = (self._by_title.get((_plain(title), year)) for title, year in titles)
        return [item for item in found if item]

    @cached_property
    def _by_title(self) -> dict[tuple[str, int | None], Item]:
        return {(_plain(item.title), item.year): item for item in reversed(list(self.items.values()))}


def catalog_source(connection: Connection, dataset_group: str) -> str:
    """Return the S3 URI that the dataset group's tag names, or "". Raises ClientError."""
    tags = connection.client("personalize").list_tags_for_resource(resourceArn=dataset_group)["tags"]
    return next((str(tag["tagValue"]) for tag in tags if tag["tagKey"] == TAG), "")


def read_catalog(connection: Connection, source: str) -> Catalog:
    """Return the catalogue at an S3 URI; an empty one for "". Raises Problem, ClientError."""
    return parse_catalog(read_object(connection, source), source) if source else Catalog()


def parse_catalog(content: bytes, source: str = "") -> Catalog:
    """Read a CSV with an id and a title column; year and genres are taken where they are."""
    try:
        rows = csv.DictReader(io.StringIO(content.decode("utf-8-sig")))
    except UnicodeDecodeError as wrong:
        raise Problem(UNREADABLE, f"The catalogue {source} is not UTF-8 text (byte {wrong.start}).") from wrong
    names = {name.strip().lower(): name for name in rows.fieldnames or [] if name}
    ids = [*ID_COLUMNS, *(name for name in names if name.endswith("_id"))]  # restaurant_id, say
    id_column, title_column = _column(names, ids), _column(names, TITLE_COLUMNS)
    if id_column is None or title_column is None:
        raise Problem(
            UNREADABLE,
            f"The catalogue {source} needs a column item_id (or movieId, id, restaurant_id and such) and a column "
            "title (or name).",
        )
    genres = _column(names, GENRE_COLUMNS)
    optional = (names.get("year"), genres, _column(names, PICTURE_COLUMNS))
    try:
        items = [_item(row, id_column, title_column, *optional) for row in rows]
    except csv.Error as wrong:
        raise Problem(UNREADABLE, f"The catalogue {source} cannot be read at line {rows.line_num}: {wrong}.") from wrong
    kind_column = (genres or "GENRES").strip().upper()
    known = {item.item_id: item for item in items if item.item_id}
    return Catalog(known, source, noun_for([source, *names]), kind_for(kind_column), kind_column)


def _column(names: Mapping[str, str], wanted: Iterable[str]) -> str | None:
    return next((names[name] for name in wanted if name in names), None)


def _item(
    row: Mapping[str, str | None],
    id_column: str,
    title_column: str,
    year: str | None,
    genres: str | None,
    picture: str | None,
) -> Item:
    item_id, title = (row[id_column] or "").strip(), visible(row[title_column] or "")
    in_title = _YEAR.search(title)
    text = (row[year] or "").strip() if year else ""
    number = int(text[:4]) if _YEAR_CELL.fullmatch(text) else int(in_title[1]) if in_title else None
    parts = ((row[genres] or "").split("|")) if genres else []
    kept = tuple(part.strip() for part in parts if part.strip() and part.strip() != NO_GENRE)
    address = (row[picture] or "").strip() if picture else ""
    shown = address if address.startswith(("https://", "http://")) else ""
    return Item(item_id, _YEAR.sub("", title) or visible(item_id), number, kept, shown)


def _plain(title: str) -> str:
    """Reduce a title to what all MovieLens sizes agree on: no aside in brackets, the article in front."""
    bare = _ASIDE.sub("", title).casefold().strip()
    moved = _ARTICLE.match(bare)
    return f"{moved[2]} {moved[1]}" if moved else bare
