"""What textual fields hold: quotes and backslashes after a backslash, cut at the limit of their language."""

from __future__ import annotations

import json

import pytest

from tests.conftest import Clients
from tests.local_personalize.operations.conftest import Ground, csv, ground_for
from tests.local_personalize.operations.test_semantic_similarity import dataset_of_texts

HEADER = "ITEM_ID,TITLE,DESCRIPTION,CREATION_TIMESTAMP"


@pytest.fixture(scope="module")
def texts(shared_clients: Clients) -> tuple[Ground, str]:
    """A group with a dataset of texts."""
    ground = ground_for(shared_clients)
    return ground, dataset_of_texts(ground)


def exported(texts: tuple[Ground, str], mode: str) -> list[str]:
    ground, dataset = texts
    return ground.exported(dataset, mode).splitlines()[1:]


def test_texts_are_cut_at_the_limit_of_their_language(texts: tuple[Ground, str]) -> None:
    ground, dataset = texts
    english, japanese = "ship " * 4000 + "lost", "宇宙の船" * 1750 + "失"
    job = ground.imported(dataset, csv([f"1,One,{english},5", f"2,Two,{japanese},5", "3,Three,short,5"], HEADER))
    assert job["status"] == "ACTIVE", job
    rows = [row.split(",") for row in exported(texts, "BULK")]
    assert [len(row[2]) - 2 for row in rows] == [20_000, 7000, 5]
    assert rows[1][2].endswith('宇宙の船"')
    properties = json.dumps({"title": "Put", "description": english, "creationTimestamp": 5})
    ground.clients.events.put_items(datasetArn=dataset, items=[{"itemId": "4", "properties": properties}])
    [put] = exported(texts, "PUT")
    assert put == f'"4","Put","{english[:20_000]}",5'


def test_a_backslash_stands_before_quotes_and_backslashes(texts: tuple[Ground, str]) -> None:
    ground, dataset = texts
    body = csv([r'1,One,"She said \"no\", then C:\\ was gone",5', '2,Two,"Doubled ""quotes"" too",5'], HEADER)
    assert ground.imported(dataset, body)["status"] == "ACTIVE"
    written = exported(texts, "BULK")
    assert written == [r'"1","One","She said ""no"", then C:\\ was gone",5', '"2","Two","Doubled ""quotes"" too",5']
    assert ground.imported(dataset, csv(written, HEADER))["status"] == "ACTIVE"
    assert exported(texts, "BULK") == written
