"""Reads the file layouts that MovieLens has had over the years, from a folder or a zip.

latest, 20m, 25m, 32m   ratings.csv, movies.csv
1m, 10m                 ratings.dat, movies.dat (and users.dat), separated by ::
100k                    u.data, u.item, u.user, u.genre
recbole's copy of 100k  ml-100k.inter, ml-100k.item, ml-100k.user
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import pandas as pd

from data.problems import MovieLensProblem

Opener = Callable[[], IO[bytes]]
Files = Mapping[str, Opener]

INTERACTIONS = ["USER_ID", "ITEM_ID", "rating", "TIMESTAMP"]
_YEAR = r"\((\d{4})\)\s*$"


@dataclass(frozen=True, slots=True)
class MovieLens:
    """MovieLens as tables.

    interactions: USER_ID, ITEM_ID (str), TIMESTAMP (int64, seconds), rating (float);
    items: ITEM_ID, title, genres (str, separated by |), year (Int64); users: USER_ID and what is known of them.
    """

    name: str
    interactions: pd.DataFrame
    items: pd.DataFrame
    users: pd.DataFrame


def read(path: Path) -> MovieLens:
    """Return the tables of a folder or zip that holds one of MovieLens's layouts. Raises MovieLensProblem."""
    files = _files(path)
    for needed, reader in _LAYOUTS.items():
        if all(name in files for name in needed):
            found = _read_layout(reader, files, path)
            _check(found, path)
            return found
    raise MovieLensProblem(
        f"{path} holds none of MovieLens's layouts. Unpack a MovieLens zip there (it has ratings.csv and movies.csv), "
        "or name the zip itself."
    )


def _read_layout(reader: Callable[[Files], MovieLens], files: Files, path: Path) -> MovieLens:
    try:
        return reader(files)
    except (KeyError, ValueError, zipfile.BadZipFile) as failure:
        reason = str(failure).strip().splitlines()[0]
        raise MovieLensProblem(
            f"{path} is damaged ({reason}). Fetch MovieLens again, or name another copy."
        ) from failure


def _files(path: Path) -> dict[str, Opener]:
    if path.is_dir():
        return {found.name: _on_disk(found) for found in sorted(path.glob("*")) + sorted(path.glob("*/*"))}
    if not path.is_file():
        raise MovieLensProblem(f"{path} does not exist. Name a folder or a zip of MovieLens.")
    if not zipfile.is_zipfile(path):
        raise MovieLensProblem(f"{path} is neither a folder nor a zip. Name a folder or a zip of MovieLens.")
    names = zipfile.ZipFile(path).namelist()
    return {name.rsplit("/", 1)[-1]: _in_zip(path, name) for name in names}


def _on_disk(path: Path) -> Opener:
    return lambda: path.open("rb")


def _in_zip(archive: Path, name: str) -> Opener:
    return lambda: io.BytesIO(zipfile.ZipFile(archive).read(name))


def _table(files: Files, name: str, **options: Any) -> pd.DataFrame:
    with files[name]() as file:
        table: pd.DataFrame = pd.read_csv(file, **options)
        return table


def _from_csv(files: Files) -> MovieLens:
    ratings = _table(files, "ratings.csv", dtype={"userId": "str", "movieId": "str"})
    ratings = ratings.rename(columns={"userId": "USER_ID", "movieId": "ITEM_ID", "timestamp": "TIMESTAMP"})
    movies = _table(files, "movies.csv", dtype="str").rename(columns={"movieId": "ITEM_ID"})
    return _assembled("MovieLens", ratings, movies)


def _from_dat(files: Files) -> MovieLens:
    # Read at single colons, "::" leaves empty columns between the four: far faster than a separator of two characters.
    ratings = _table(files, "ratings.dat", sep=":", header=None, usecols=[0, 2, 4, 6], dtype={0: "str", 2: "str"})
    ratings.columns = pd.Index(INTERACTIONS)
    movies = _split_at_colons(files, "movies.dat", ["ITEM_ID", "title", "genres"])
    users = None
    if "users.dat" in files:
        users = _split_at_colons(files, "users.dat", ["USER_ID", "GENDER", "AGE", "OCCUPATION", "zip"])
    return _assembled("MovieLens 1M" if users is not None else "MovieLens 10M", ratings, movies, users)


def _split_at_colons(files: Files, name: str, columns: list[str]) -> pd.DataFrame:
    with files[name]() as file:
        lines = _decoded(file.read()).splitlines()
    return pd.DataFrame([line.split("::") for line in lines if line], columns=columns, dtype="str")


def _decoded(text: bytes) -> str:
    try:
        return text.decode("utf-8")
    except UnicodeDecodeError:
        return text.decode("latin-1")


def _from_100k(files: Files) -> MovieLens:
    ratings = _table(
        files, "u.data", sep="\t", header=None, names=INTERACTIONS, dtype={"USER_ID": "str", "ITEM_ID": "str"}
    )
    genres = _table(files, "u.genre", sep="|", header=None, names=["genre", "column"]).dropna()["genre"]
    names = ["ITEM_ID", "title", "released", "video", "url", *genres]
    movies = _table(files, "u.item", sep="|", header=None, names=names, encoding="latin-1", dtype={"ITEM_ID": "str"})
    flags = movies[list(genres)].to_numpy()
    movies["genres"] = ["|".join(genres[row == 1]) for row in flags]
    columns = ["USER_ID", "AGE", "GENDER", "OCCUPATION", "zip"]
    users = _table(files, "u.user", sep="|", header=None, names=columns, dtype="str")
    return _assembled("MovieLens 100K", ratings, movies, users)


def _from_recbole(files: Files) -> MovieLens:
    ratings = _table(files, "ml-100k.inter", sep="\t", header=0, names=INTERACTIONS, dtype={0: "str", 1: "str"})
    movies = _table(files, "ml-100k.item", sep="\t", header=0, names=["ITEM_ID", "name", "year", "genres"], dtype="str")
    movies = movies.dropna(subset=["name"])
    movies["title"] = movies["name"] + (" (" + movies["year"] + ")").fillna("")
    movies["genres"] = movies["genres"].fillna("").str.replace(" ", "|")
    columns = ["USER_ID", "AGE", "GENDER", "OCCUPATION", "zip"]
    users = _table(files, "ml-100k.user", sep="\t", header=0, names=columns, dtype="str")
    return _assembled("MovieLens 100K", ratings, movies, users)


_LAYOUTS: dict[tuple[str, ...], Callable[[Files], MovieLens]] = {
    ("ratings.csv", "movies.csv"): _from_csv,
    ("ratings.dat", "movies.dat"): _from_dat,
    ("u.data", "u.item", "u.user", "u.genre"): _from_100k,
    ("ml-100k.inter", "ml-100k.item", "ml-100k.user"): _from_recbole,
}


def _assembled(name: str, ratings: pd.DataFrame, movies: pd.DataFrame, users: pd.DataFrame | None = None) -> MovieLens:
    movies = movies.assign(
        year=pd.to_numeric(movies["title"].str.extract(_YEAR)[0]).astype("Int64"),
        genres=movies["genres"].fillna("").replace({"(no genres listed)": "", "unknown": ""}),
    )
    if users is None:
        users = ratings[["USER_ID"]].drop_duplicates()
    return MovieLens(
        name,
        ratings[["USER_ID", "ITEM_ID", "TIMESTAMP", "rating"]],
        movies[["ITEM_ID", "title", "genres", "year"]].reset_index(drop=True),
        users.drop(columns="zip", errors="ignore").reset_index(drop=True),
    )


def _check(found: MovieLens, path: Path) -> None:
    """Refuse what only looks like MovieLens: a download can be cut short, and GroupLens may change the files."""
    table = found.interactions
    faults = {
        "has fewer than 1,000 ratings": len(table) < 1000,
        "has fewer than 25 people": table["USER_ID"].nunique() < 25,
        "has ratings with something missing": bool(table.isna().any().any()),
        "has times that are no seconds since 1970": not table["TIMESTAMP"].between(5e8, 5e9).all(),
        "rates films that its list of films does not have": not table["ITEM_ID"].isin(found.items["ITEM_ID"]).all(),
    }
    for fault, found_it in faults.items():
        if found_it:
            raise MovieLensProblem(f"{path} {fault}. Fetch MovieLens again, or name another copy.")
