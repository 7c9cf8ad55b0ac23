from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from services import costs, teardown
from services.connection import Connection
from services.costs import MONTH_HOURS, Running, Wish, forecast
from services.errors import Problem
from services.local_sizes import sizes
from services.prices import PriceTable, read_prices
from services.progress import Cancelled, Progress
from services.resources import Resource, list_resources
from tests.conftest import Clients, Endpoint

SCHEMA = json.dumps(
    {
        "type": "record",
        "name": "Interactions",
        "namespace": "com.amazonaws.personalize.schema",
        "fields": [{"name": name, "type": "string"} for name in ("USER_ID", "ITEM_ID", "EVENT_TYPE")]
        + [{"name": "TIMESTAMP", "type": "long"}],
        "version": "1.0",
    }
)  # fmt: skip
PRICES = read_prices().changed(
    {"import_gb": 0.05, "training_hour": 0.24, "hours_per_million": 16, "least_hours": 1, "tps_hour": 0.2,
     "training_v2_thousand": 0.002, "requests_v2_thousand": 0.15, "bytes_per_interaction": 40}
)  # fmt: skip


def resource(arn: str, kind: str, recipe: str = "", status: str = "ACTIVE") -> Resource:
    return Resource(arn, kind, arn.rsplit("/", 1)[-1], status, "", datetime.now(UTC), None, recipe)


def test_the_price_table_says_of_when_and_from_where_it_is() -> None:
    table = read_prices()
    assert table.source == "https://aws.amazon.com/personalize/pricing/"
    assert table.as_of.year >= 2026
    assert all(figure.value > 0 and figure.about for figure in table.figures)
    assert len({figure.key for figure in table.figures}) == len(table.figures)


def test_a_changed_price_changes_the_copy_only() -> None:
    table: PriceTable = PRICES.changed({"tps_hour": 9.0})
    assert (table["tps_hour"], PRICES["tps_hour"]) == (9.0, 0.2)
    with pytest.raises(KeyError):
        table["unheard_of"]


def test_the_forecast_of_the_third_tutorial_is_about_a_hundred_dollars_and_five_percent_of_it_for_a_sample() -> None:
    full = forecast(Wish("aws-user-personalization", 25_000_000), PRICES)
    assert full.hours == 400
    assert full.training == pytest.approx(96)
    assert full.importing == pytest.approx(0.05)
    assert full.serving == 0
    sample = forecast(Wish("aws-user-personalization", 1_250_000), PRICES)
    assert sample.training == pytest.approx(full.training / 20)


def test_a_small_training_takes_the_least_hours_and_a_search_multiplies_them() -> None:
    assert forecast(Wish("aws-sims", 1000), PRICES).hours == 1
    searched = forecast(Wish("aws-sims", 1000, runs=8, days=10), PRICES)
    assert searched.hours == 8
    assert searched.serving == pytest.approx(10 * 24 * 0.2)
    assert searched.total == pytest.approx(searched.importing + 8 * 0.24 + 48)


def test_the_newer_recipes_are_billed_by_volume() -> None:
    found = forecast(Wish("aws-user-personalization-v2", 1_000_000, days=30, requests=10_000), PRICES)
    assert found.hours is None
    assert (found.training, found.serving) == (pytest.approx(2.0), pytest.approx(1.5))


def test_what_is_deployed_costs_by_the_hour() -> None:
    campaign = resource("arn:campaign/c", "campaign", "aws-sims")
    running = Running(campaign, "2 TPS", 0.4)
    assert running.monthly == pytest.approx(0.4 * MONTH_HOURS)
    assert running.so_far(campaign.created + timedelta(hours=5)) == pytest.approx(2.0)  # type: ignore[operator]
    assert Running(campaign, "by requests", None).monthly is None


def test_files_are_counted_for_the_resource_they_belong_to(tmp_path: Path) -> None:
    version = resource("arn:aws:personalize:us-east-1:1:solution/s/1bbe77cf", "solution-version")
    job = resource("arn:aws:personalize:us-east-1:1:dataset-import-job/first", "dataset-import-job")
    other = resource("arn:aws:personalize:us-east-1:1:solution/s/00000000", "solution-version")
    (tmp_path / "models" / "1bbe77cf" / "history").mkdir(parents=True)
    (tmp_path / "models" / "1bbe77cf" / "history" / "a.npz").write_bytes(b"x" * 70)
    (tmp_path / "models" / "1bbe77cf" / "meta.json").write_bytes(b"x" * 30)
    (tmp_path / "imports").mkdir()
    (tmp_path / "imports" / "us-east-1.first.parquet").write_bytes(b"x" * 5)
    assert sizes(tmp_path, [version, job, other]) == {version.arn: 100, job.arn: 5}


@pytest.fixture
def connection(endpoint: Endpoint) -> Connection:
    return Connection(endpoint=endpoint.url)


def make_group(clients: Clients, schema: str) -> str:
    """Make a group with a tracker, a filter, a solution and a dataset."""
    personalize = clients.personalize
    group = str(personalize.create_dataset_group(name=clients.unique("films"))["datasetGroupArn"])
    personalize.create_dataset(
        name=clients.unique("data"), schemaArn=schema, datasetGroupArn=group, datasetType="INTERACTIONS"
    )
    personalize.create_event_tracker(name=clients.unique("watch"), datasetGroupArn=group)
    personalize.create_filter(
        name=clients.unique("seen"), datasetGroupArn=group,
        filterExpression='EXCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ("*")',
    )  # fmt: skip
    add_solution(clients, group)
    deadline = time.monotonic() + 20
    while any(found.moving for found in list_resources(Connection(endpoint=clients.endpoint.url), group)):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    return group


def add_solution(clients: Clients, group: str) -> None:
    recipe = "arn:aws:personalize:::recipe/aws-sims"
    name = clients.unique("sims")
    clients.personalize.create_solution(name=name, datasetGroupArn=group, recipeArn=recipe, performAutoTraining=False)


@pytest.fixture
def schema(clients: Clients) -> str:
    return str(clients.personalize.create_schema(name=clients.unique("rows"), schema=SCHEMA)["schemaArn"])


def groups(clients: Clients) -> set[str]:
    pages = clients.personalize.get_paginator("list_dataset_groups").paginate()
    return set(pages.search("datasetGroups[].datasetGroupArn"))


def schemas(clients: Clients) -> set[str]:
    return set(clients.personalize.get_paginator("list_schemas").paginate().search("schemas[].schemaArn"))


def test_a_tear_down_ends_with_the_group_and_its_schema_gone(
    clients: Clients, connection: Connection, schema: str
) -> None:
    group = make_group(clients, schema)
    plan = teardown.plan(connection, list_resources(connection, group))
    kinds = ["event-tracker", "filter", "solution", "dataset", "dataset-group", "schema"]
    assert [step.kind for step in plan.steps] == kinds
    assert plan.busy == ()
    progress = Progress()
    teardown.tear_down(connection, plan, progress)
    assert group not in groups(clients)
    assert schema not in schemas(clients)
    assert all(step.ended for step in progress.steps())


def test_a_schema_that_another_group_uses_is_kept(clients: Clients, connection: Connection, schema: str) -> None:
    group, other = make_group(clients, schema), make_group(clients, schema)
    progress = Progress()
    teardown.tear_down(connection, teardown.plan(connection, list_resources(connection, group)), progress)
    assert schema in schemas(clients)
    assert progress.steps()[-1].text.startswith("Keep schema")
    assert other in groups(clients)


def test_a_failure_says_where_it_stopped_and_can_be_gone_on_from(
    clients: Clients, connection: Connection, schema: str
) -> None:
    group = make_group(clients, schema)
    plan = teardown.plan(connection, list_resources(connection, group))
    add_solution(clients, group)
    with pytest.raises(Problem) as caught:
        teardown.tear_down(connection, plan, Progress())
    assert caught.value.title.startswith("Stopped at data")
    assert "of 6 are deleted, the rest is untouched. Begin again to go on." in caught.value.body
    assert group in groups(clients)
    assert clients.personalize.list_event_trackers(datasetGroupArn=group)["eventTrackers"] == []
    teardown.tear_down(connection, teardown.plan(connection, list_resources(connection, group)), Progress())
    assert group not in groups(clients)


def test_it_stops_before_the_next_step_when_asked_to(clients: Clients, connection: Connection, schema: str) -> None:
    group = make_group(clients, schema)
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        teardown.tear_down(connection, teardown.plan(connection, list_resources(connection, group)), progress)
    assert len(clients.personalize.list_event_trackers(datasetGroupArn=group)["eventTrackers"]) == 1


def test_what_costs_is_read_from_describe(clients: Clients, connection: Connection, schema: str) -> None:
    group = make_group(clients, schema)
    assert costs.read_running(connection, list_resources(connection, group), 0, PRICES) == []
    assert costs.read_trained(connection, list_resources(connection, group), PRICES) == []
