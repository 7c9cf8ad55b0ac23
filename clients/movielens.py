"""Lays MovieLens out as notebooks expect to have unpacked it, from any size of it."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd

from data.movielens_files import MovieLens

NO_GENRES_LISTED = "(no genres listed)"
NO_GENRES = "|".join(["01-Jan-1995", "", "http://localhost/", *["0"] * 19])
"""The columns of u.item after the title."""


def lay_out(movielens: MovieLens, folder: Path) -> None:
    """Write ml-latest-small (wherever a notebook unpacks it), ml-100k and ml-1m into a folder."""
    ratings = movielens.interactions[["USER_ID", "ITEM_ID", "rating", "TIMESTAMP"]]
    films = movielens.items[["ITEM_ID", "title", "genres"]].fillna("").replace({"genres": {"": NO_GENRES_LISTED}})
    for place in (folder, *(folder / name for name in ("blog_data", "poc_data", "trending_now_data"))):
        _write_csv(place / "ml-latest-small" / "ratings.csv", "userId,movieId,rating,timestamp", ratings)
        _write_csv(place / "ml-latest-small" / "movies.csv", "movieId,title,genres", films)
    numbers = {film: str(number) for number, film in enumerate(films["ITEM_ID"], start=1)}
    ratings = ratings.assign(ITEM_ID=ratings["ITEM_ID"].map(numbers), rating=ratings["rating"].round().astype(int))
    films = films.assign(ITEM_ID=films["ITEM_ID"].map(numbers))
    _write(folder / "ml-100k" / "u.data", "\t", _rows(ratings))
    _write(folder / "ml-100k" / "u.item", "|", ((film, title, NO_GENRES) for film, title, _ in _rows(films)))
    _write(folder / "ml-1m" / "ratings.dat", "::", _rows(ratings))
    _write(folder / "ml-1m" / "movies.dat", "::", _rows(films))


def _rows(table: pd.DataFrame) -> Iterable[tuple[Any, ...]]:
    return table.itertuples(index=False, name=None)


def _write_csv(path: Path, header: str, table: pd.DataFrame) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(header + "\n")
        csv.writer(file, lineterminator="\n").writerows(_rows(table))


def _write(path: Path, separator: str, rows: Iterable[tuple[Any, ...]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="latin-1", errors="replace") as file:
        file.writelines(separator.join(map(str, row)) + "\n" for row in rows)
