"""Small files that pass every check: the fields of a domain's default schema, filled with made-up people and things."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping

import pandas as pd

from data.schemas import DEFAULTS

USERS, ITEMS, EACH = 40, 60, 30
"""How many there are, and how many items each user interacts with: a little more than a training needs."""
OWN = 12
"""Of those, how many are of the kind that the user likes."""
_START, _DAY = 1_700_000_000, 86_400
_KINDS = ("Comedy", "Drama", "Science fiction", "Thriller")
_SHELVES = ("Garden", "Home", "Kitchen", "Toys")
_ADJECTIVES = ("Silver", "Quiet", "Golden", "Hidden", "Broken", "Northern", "Crimson", "Little", "Endless", "Paper")
_NOUNS = ("Lantern", "Garden", "River", "Window", "Bicycle", "Harbour")
_EVENTS = {"VIDEO_ON_DEMAND": "Watch", "ECOMMERCE": "View"}

_ITEM: Mapping[str, Callable[[int], object]] = {
    "ITEM_ID": lambda place: 101 + place,
    "title": lambda place: f"{_ADJECTIVES[place % 10]} {_NOUNS[place // 10]}",
    "GENRES": lambda place: "|".join(dict.fromkeys((_KINDS[place % 4], _KINDS[place // 4 % 4]))),
    "CREATION_TIMESTAMP": lambda place: _START - (ITEMS - place) * _DAY,
    "PRICE": lambda place: f"{4 + place * 7 % 90}.99",
    "CATEGORY_L1": lambda place: _SHELVES[place % 4],
}
_USER: Mapping[str, Callable[[int], object]] = {
    "USER_ID": lambda place: 1 + place,
    "GENDER": lambda place: "FM"[place % 2],
    "SUBSCRIPTION_MODEL": lambda place: ("Basic", "Premium")[place % 2],
    "MEMBERSHIP_STATUS": lambda place: ("Guest", "Member")[place % 2],
}


def sample_file(dataset_type: str, domain: str = "") -> bytes:
    """Return a CSV of a dataset type in a domain ("" is a custom dataset group); the three of a domain fit together."""
    names = [field.name for field in DEFAULTS[domain, dataset_type]]
    if dataset_type == "Interactions":
        table = _events(_EVENTS.get(domain, ""))[names]
    elif dataset_type == "Items":
        table = _filled([names[0], "title", *names[1:]], _ITEM, ITEMS)
    else:
        table = _filled(names, _USER, USERS)
    return table.to_csv(index=False).encode()


def _filled(names: list[str], values: Mapping[str, Callable[[int], object]], count: int) -> pd.DataFrame:
    return pd.DataFrame({name: [values[name](place) for place in range(count)] for name in names})


def _events(event_type: str) -> pd.DataFrame:
    """Return what the users did: every fourth likes the same kind, and takes more of it than of others."""
    draw, rows = random.Random(4), []
    for user in range(USERS):
        own = [place for place in range(ITEMS) if place % 4 == user % 4]
        taken = draw.sample(own, OWN)
        taken += draw.sample([place for place in range(ITEMS) if place not in own], EACH - OWN)
        draw.shuffle(taken)
        rows += [(1 + user, 101 + place, _START + user * 61 + step * _DAY) for step, place in enumerate(taken)]
    return pd.DataFrame(rows, columns=["USER_ID", "ITEM_ID", "TIMESTAMP"]).assign(EVENT_TYPE=event_type)
