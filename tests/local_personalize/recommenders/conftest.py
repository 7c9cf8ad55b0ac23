"""Data whose answers are known: a checkerboard of tastes, and MovieLens where it is at hand."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from data.movielens_files import read
from local_personalize.recommenders.dataset import Dataset, Interactions, Table

USERS, ITEMS = 40, 20
BESIDE = Path(__file__).parents[4] / "shared" / "movielens" / "ml-latest-small"
GIVEN = os.environ.get("MARQUEE_MOVIELENS")  # read before the environment is cleaned for the tests


def checkerboard_of(users: int = USERS, items: int = ITEMS, *, table: Table | None = None) -> Dataset:
    """Even users took every even item but one, odd users every odd item but one, each in an order of their own."""
    random = np.random.default_rng(7)
    pairs = [
        (f"u{user}", f"i{item}")
        for user in range(users)
        for item in random.permutation(items).tolist()
        if (user - item) % 2 == 0 and withheld(user, items) != f"i{item}"
    ]
    names, taken = zip(*pairs, strict=True)
    return Dataset(Interactions.from_columns(names, taken, np.arange(len(pairs)) * 60), table)


def withheld(user: int, items: int = ITEMS) -> str:
    """The one item of a user's taste that the user did not take."""
    return f"i{user % items}"


@pytest.fixture(scope="session")
def checkerboard() -> Dataset:
    """Forty users and twenty items, without metadata."""
    return checkerboard_of()


@dataclass(frozen=True)
class Films:
    """MovieLens as the demo imports it, with titles and genres by film id."""

    dataset: Dataset
    titles: dict[str, str]
    genres: dict[str, str]


@pytest.fixture(scope="session")
def films() -> Films:
    """ml-latest-small from MARQUEE_MOVIELENS or from beside the checkout; without it the test is skipped, loudly."""
    path = Path(GIVEN) if GIVEN else BESIDE
    if not path.exists():
        pytest.skip(f"MovieLens latest-small is not at {path}: the story of user 777 was NOT tested")
    found = read(path)
    rows, items = found.interactions, found.items
    ids = items["ITEM_ID"].astype(str).tolist()
    genres = items["genres"].astype(str).tolist()
    years = items["year"].astype("Float64").to_numpy(float, na_value=np.nan).tolist()
    interactions = Interactions.from_columns(
        rows["USER_ID"].astype(str), rows["ITEM_ID"].astype(str), rows["TIMESTAMP"].to_numpy()
    )
    table = Table(ids, {"GENRES": genres, "YEAR": years}, frozenset({"GENRES"}))
    titles = dict(zip(ids, items["title"], strict=True))
    return Films(Dataset(interactions, table), titles, dict(zip(ids, genres, strict=True)))
