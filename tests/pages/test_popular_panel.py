"""Recommendations of a dataset group with data and no campaign: what most people watched."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from data.schemas import Field
from services.connection import Connection
from services.progress import Progress
from services.uploads import Upload, upload_all
from tests.conftest import Clients
from tests.pages.cinema import errors, open_page, tables, told
from tests.services import sample_films

FANS = {3: 40, 2: 30, 1: 20}
"""How many of the 40 people watched each of the popular films; the others are watched by fewer."""


def interactions() -> pd.DataFrame:
    """Make 1,000 rows or more in which film f has FANS[f] users, and thirty further films up to 19, each twice."""
    fans = FANS | {film: 1 + film % 19 for film in range(4, 61)}
    rows = [
        (str(user), str(film), str(sample_films.START + user * 1000 + film * 60 + again))
        for film, people in fans.items()
        for user in range(1, people + 1)
        for again in range(2)
    ]
    return pd.DataFrame(rows, columns=["USER_ID", "ITEM_ID", "TIMESTAMP"])


@pytest.fixture
def group(clients: Clients) -> str:
    """The name of a dataset group with films and who watched them, and nothing trained."""
    name = clients.unique("untrained")
    films = pd.DataFrame({"ITEM_ID": [str(film) for film in range(1, 61)]})
    films["GENRES"] = ["Comedy" if film % 2 else "Drama" for film in range(1, 61)]
    catalog = films.rename(columns=str.lower).assign(title="Film " + films["ITEM_ID"]).to_csv(index=False).encode()
    events = (Field("USER_ID"), Field("ITEM_ID"), Field("TIMESTAMP", "long"))
    about = (Field("ITEM_ID"), Field("GENRES", categorical=True))
    wanted = [
        Upload(name, "Items", about, films, catalog=catalog),
        Upload(name, "Interactions", events, interactions()),
    ]
    upload_all(Connection(endpoint=clients.endpoint.url), wanted, Progress(), [])
    return name


def test_the_most_watched_lead_everything_and_their_genre(
    monkeypatch: pytest.MonkeyPatch, clients: Clients, group: str
) -> None:
    app = open_page("recommendations", monkeypatch, clients.endpoint, group=group)
    assert not errors(app)
    assert "Nothing is deployed yet" in told(app)
    listed = tables(app, "popular")[0]
    assert len(listed) == 25
    assert listed["Title"].tolist()[:3] == ["Film 3", "Film 2", "Film 1"]
    assert listed["Users"].tolist()[:4] == [40, 30, 20, 19]
    scope: dict[str, Any] = {}
    exec(next(code.value for code in app.code if "get_object" in code.value), scope)
    assert scope["response"]["Body"].read() == interactions().to_csv(index=False).encode(), "the call reads the events"
    app.selectbox(key="genre").select("Drama").run()
    assert not errors(app)
    drama = tables(app, "popular")[0]
    assert drama["Title"].iloc[0] == "Film 2"
    assert all(int(item) % 2 == 0 for item in drama["Id"])
    assert drama["Users"].is_monotonic_decreasing


def test_without_data_there_is_no_list(monkeypatch: pytest.MonkeyPatch, clients: Clients) -> None:
    name = clients.unique("empty")
    clients.personalize.create_dataset_group(name=name)
    app = open_page("recommendations", monkeypatch, clients.endpoint, group=name)
    assert not errors(app)
    assert "Nothing is deployed yet" in told(app)
    assert not app.dataframe
