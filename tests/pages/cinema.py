"""A small cinema for page tests: the personas' films, 120 people of four tastes, trained and deployed by the demo."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from services import creation, demo
from services.connection import Connection
from services.progress import Progress
from tests.conftest import ROOT, Endpoint

TASTES = ("Sci-Fi", "Romance", "Children", "Film-Noir")
PEOPLE, FAVOURITES, SHARED = 120, 6, 5
START = 1_500_000_000
GENRE = "INCLUDE ItemID WHERE Items.GENRES IN ($GENRE)"


def films() -> list[tuple[int, str, str]]:
    """Return id, title with year, and genres: all that the personas name, and ten that everybody watches."""
    personas = json.loads((ROOT / "data" / "personas.json").read_text(encoding="utf-8"))
    named = [(f"{title} ({year})", row["genre"]) for row in personas for title, year in row["films"]]
    common = [(f"Everybody's film {number} (1990)", "Drama") for number in range(10)]
    return [(place, title, genre) for place, (title, genre) in enumerate([*common, *named], start=1)]


def write_movielens(folder: Path) -> Path:
    """Write the cinema in the layout of ml-latest-small."""
    draw = random.Random(3)
    of_taste = {taste: [film for film, _, genre in films() if genre == taste] for taste in (*TASTES, "Drama")}
    rows = []
    for user in range(1, PEOPLE + 1):
        own = draw.sample(of_taste[TASTES[user % len(TASTES)]], FAVOURITES)
        seen = [*draw.sample(of_taste["Drama"], SHARED), *own]
        draw.shuffle(seen)
        rows += [f"{user},{film},4.0,{START + user * 1000 + step * 60}" for step, film in enumerate(seen)]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "ratings.csv").write_text("\n".join(["userId,movieId,rating,timestamp", *rows]))
    lines = [f'{film},"{title}",{genre}' for film, title, genre in films()]
    (folder / "movies.csv").write_text("\n".join(["movieId,title,genres", *lines]), encoding="utf-8")
    return folder


@contextmanager
def opened_cinema(folder: Path) -> Iterator[Endpoint]:
    """Run an endpoint with the demo done on the small cinema, a filter beside it."""
    endpoint = Endpoint(folder / "data").start()
    try:
        connection, progress = Connection(endpoint=endpoint.url), Progress()
        demo.run_demo(connection, progress, given=str(write_movielens(folder / "films")), cache=folder / "cache")
        group = _group(connection)
        creation.filter_(group, "genre", GENRE).run(connection)
        _await_filters(connection, group)
        yield endpoint
    finally:
        endpoint.stop()


def _await_filters(connection: Connection, group: str) -> None:
    """Wait until the filters are ACTIVE: pages that show statuses are tested at rest."""
    personalize, deadline = connection.client("personalize"), time.monotonic() + 30
    while {found["status"] for found in personalize.list_filters(datasetGroupArn=group)["Filters"]} != {"ACTIVE"}:
        assert time.monotonic() < deadline
        time.sleep(0.1)


def _group(connection: Connection) -> str:
    return str(connection.client("personalize").list_dataset_groups()["datasetGroups"][0]["datasetGroupArn"])


def open_page(stem: str, patch: pytest.MonkeyPatch, endpoint: Endpoint, **query: str) -> AppTest:
    """Open a page of the app that works on an endpoint, as a link with that query would."""
    patch.chdir(ROOT)
    patch.setenv("MARQUEE_DATA", str(endpoint.data))
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=30).run()
    for name, value in query.items():
        app.query_params[name] = value
    return app.switch_page(f"pages/{stem}.py").run()


def run_until(app: AppTest, done: Callable[[], bool]) -> None:
    """Run the page, as its fragments do, until something is so, at most 60 s."""
    deadline = time.monotonic() + 60
    while not done():
        assert time.monotonic() < deadline, told(app)
        time.sleep(0.2)
        app.run()


def tables(app: AppTest, said: str) -> list[pd.DataFrame]:
    """Return the tables whose description contains this, in the order of the page."""
    return [frame.value for frame in app.dataframe if said in frame.proto.alt]


def charts(app: AppTest) -> list[dict[str, Any]]:
    """Return the Plotly figures of a page."""
    return [json.loads(chart.proto.spec) for chart in app.get("plotly_chart")]


def errors(app: AppTest) -> list[str]:
    """Return what the page says went wrong; a traceback fails the test."""
    assert not app.exception, app.exception
    return [error.value for error in app.error]


def told(app: AppTest) -> str:
    """Return all texts of a page in one."""
    parts = [
        *app.title,
        *app.header,
        *app.subheader,
        *app.markdown,
        *app.caption,
        *app.info,
        *app.warning,
        *app.success,
    ]
    return "\n".join(str(part.value) for part in parts)
