from __future__ import annotations

import pytest

from data.schemas import Field, schema
from services import datasets
from services.connection import Connection
from services.errors import Problem
from services.interactions import Interactions, Watched, read_interactions, value_counts
from services.progress import Progress
from services.uploads import prepare
from tests.conftest import Clients

FIELDS = (
    Field("USER_ID"),
    Field("ITEM_ID"),
    Field("EVENT_TYPE"),
    Field("TIMESTAMP", "long"),
    Field("EVENT_VALUE", "float"),
)
START = 1_600_000_000


def rows(first_item: int) -> str:
    """Make 1,000 events: 40 people, 25 items from there on; the first item is watched by everybody, twice by one.

    Somebody is called NA, and watched None.
    """
    lines = [
        f"{user},{first_item + place},{START + first_item + place * 60},{'click' if place % 5 == 4 else 'watch'},"
        f"{place % 5 / 2}"
        for user in range(1, 41)
        for place in range(25 if user % 2 else 24)
    ]
    extra = [f"1,{first_item},{START + 9_000_000},watch,1.0"] * 20 + [f"NA,None,{START},null,1.0"]
    return "\n".join(["USER_ID,ITEM_ID,TIMESTAMP,EVENT_TYPE,EVENT_VALUE", *lines, *extra])


@pytest.fixture
def world(clients: Clients) -> World:
    """A dataset group with an interactions dataset and a bucket that the service may read."""
    return World(clients)


class World:
    """Imports CSV files one after the other and reads them back."""

    def __init__(self, clients: Clients) -> None:
        self.clients, self.connection, progress = clients, Connection(endpoint=clients.endpoint.url), Progress()
        self.bucket, self.role = prepare(self.connection, progress)
        self.group = clients.personalize.create_dataset_group(name=clients.unique("films"))["datasetGroupArn"]
        document = schema("Interactions", FIELDS)
        self.dataset = datasets.ensure_dataset(self.connection, self.group, "Interactions", document, [], progress)

    def bring(self, content: str, mode: str) -> str:
        """Import a CSV and return its key."""
        key = f"{self.clients.unique('import')}/rows.csv"
        self.clients.s3.put_object(Bucket=self.bucket, Key=key, Body=content.encode())
        job = self.clients.personalize.create_dataset_import_job(
            jobName=self.clients.unique("job"),
            datasetArn=self.dataset,
            dataSource={"dataLocation": f"s3://{self.bucket}/{key.rsplit('/', 1)[0]}"},
            roleArn=self.role,
            importMode=mode,
        )["datasetImportJobArn"]
        datasets.wait(self.connection, "dataset_import_job", job, Progress())
        return key

    def read(self) -> Interactions:
        return read_interactions(self.connection, self.group)


def test_histories_follow_full_and_incremental_imports(world: World) -> None:
    assert world.read().user_ids == []
    world.bring(rows(100), "FULL")
    first = world.read()
    assert first.user_ids[:3] == ["1", "2", "3"]
    assert len(first.user_ids) == 41
    assert first.event_type == "watch"
    newest = first.history("2")
    assert [event.item_id for event in newest[:2]] == ["123", "122"]
    assert (newest[0].timestamp, newest[1].event_type) == (START + 100 + 23 * 60, "watch")
    assert [event.value for event in newest[:3]] == [1.5, 1.0, 0.5]
    assert list(value_counts(newest).items()) == [(2.0, 4), (1.5, 5), (1.0, 5), (0.5, 5), (0.0, 5)]
    assert first.history("777") == []
    assert first.history("NA") == [Watched("None", START, "null", 1.0)]
    # Item 124 has half the people; repeated events of one user count once.
    assert set(first.popular(24)) == {str(item) for item in range(100, 124)}
    assert first.popular(5, ["124", "101"]) == ["101", "124"]
    world.bring(rows(500), "INCREMENTAL")
    assert {event.item_id for event in world.read().history("2")} == {str(n + m) for n in (100, 500) for m in range(24)}
    world.bring(rows(900), "FULL")
    assert {event.item_id for event in world.read().history("2")} == {str(n) for n in range(900, 924)}


def test_a_csv_that_changed_after_its_import_is_told(world: World) -> None:
    brought = world.bring(rows(100), "FULL")
    world.clients.s3.put_object(Bucket=world.bucket, Key=brought, Body=b"a,b\n1,2\n")
    with pytest.raises(Problem, match="has no column USER_ID"):
        world.read()
