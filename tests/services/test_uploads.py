"""An upload makes what is missing and imports; a failed one leaves nothing of its own behind."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from typing import Any

import pandas as pd
import pytest

from data.schemas import Field
from services import policies
from services.catalog import read_catalog
from services.connection import Connection
from services.errors import Problem
from services.progress import Cancelled, Progress
from services.uploads import Upload, upload
from tests.conftest import Clients
from tests.services import sample_films

FIELDS = (Field("USER_ID"), Field("ITEM_ID"), Field("TIMESTAMP", "long"))


def events(count: int = 1200) -> pd.DataFrame:
    rows = [(str(user), str(film), str(time)) for user, film, _, time in sample_films.ratings()]
    return pd.DataFrame(rows[:count], columns=["USER_ID", "ITEM_ID", "TIMESTAMP"])


@dataclass(frozen=True)
class World:
    clients: Clients
    connection: Connection

    def names(self) -> set[str]:
        """Name everything in the service and in its bucket."""
        personalize, s3 = self.clients.personalize, self.clients.s3
        found = {group["name"] for group in personalize.list_dataset_groups()["datasetGroups"]}
        found |= {schema["name"] for schema in personalize.list_schemas(maxResults=100)["schemas"]}
        found |= {dataset["name"] for dataset in personalize.list_datasets()["datasets"]}
        bucket = policies.default_bucket(self.connection)
        buckets = [found["Name"] for found in s3.list_buckets()["Buckets"]]
        objects = s3.list_objects_v2(Bucket=bucket).get("Contents", []) if bucket in buckets else []
        return found | {entry["Key"] for entry in objects}


@pytest.fixture
def world(clients: Clients) -> World:
    return World(clients, Connection(endpoint=clients.endpoint.url))


def test_a_table_arrives_in_a_new_dataset_group(world: World) -> None:
    name = world.clients.unique("films")
    progress = Progress()
    dataset = upload(world.connection, Upload(name, "Interactions", FIELDS, events()), progress)
    assert dataset.endswith(f":dataset/{name}/INTERACTIONS")
    jobs = world.clients.personalize.list_dataset_import_jobs(datasetArn=dataset)["datasetImportJobs"]
    assert [job["status"] for job in jobs] == ["ACTIVE"]
    assert [step.text for step in progress.steps()] == [
        "Prepare bucket, policies and role",
        f"Create dataset group {name}",
        "Create schema and dataset Interactions",
        "Upload 1,200 rows to S3",
        "Import Interactions",
    ]
    assert all(step.ended for step in progress.steps())


def document_of(iam: Any, policy: str) -> dict[str, Any]:
    """Return the document of a managed policy."""
    version = iam.get_policy(PolicyArn=policy)["Policy"]["DefaultVersionId"]
    return dict(iam.get_policy_version(PolicyArn=policy, VersionId=version)["PolicyVersion"]["Document"])


def test_the_policies_are_those_of_the_tutorial(world: World) -> None:
    bucket = policies.default_bucket(world.connection)
    policies.ensure_bucket(world.connection, bucket)
    role = policies.ensure_role(world.connection, bucket)
    assert role == policies.ensure_role(world.connection, bucket)
    attached = world.clients.iam.list_attached_role_policies(RoleName=policies.ROLE)["AttachedPolicies"]
    assert sorted(policy["PolicyName"] for policy in attached) == ["personalize", f"personalize-s3-{bucket}"]
    documents = {policy["PolicyName"]: document_of(world.clients.iam, policy["PolicyArn"]) for policy in attached}
    assert documents["personalize"]["Statement"] == [
        {"Effect": "Allow", "Action": ["personalize:*"], "Resource": "*"},
        {
            "Effect": "Allow",
            "Action": ["iam:PassRole"],
            "Resource": "*",
            "Condition": {"StringEquals": {"iam:PassedToService": "personalize.amazonaws.com"}},
        },
    ]
    of_s3 = documents[f"personalize-s3-{bucket}"]["Statement"][0]
    assert of_s3["Action"] == ["s3:GetObject", "s3:ListBucket", "s3:PutObject"]
    assert of_s3["Resource"] == [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"]
    kept = json.loads(world.clients.s3.get_bucket_policy(Bucket=bucket)["Policy"])
    assert kept["Id"] == "PersonalizeS3BucketAccessPolicy"
    assert kept["Statement"][0]["Principal"] == {"Service": "personalize.amazonaws.com"}
    assert kept["Statement"][0]["Action"] == ["s3:GetObject", "s3:ListBucket"]
    assert kept["Statement"][0]["Resource"] == [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"]


def test_a_refused_import_leaves_nothing(world: World) -> None:
    before = world.names()
    name = world.clients.unique("few")
    with pytest.raises(Problem) as told:
        upload(world.connection, Upload(name, "Interactions", FIELDS, events(999)), Progress())
    assert told.value.title == "The dataset import job failed"
    assert "1000" in told.value.body
    assert world.names() == before


def test_a_second_import_into_the_same_dataset_keeps_the_first_when_it_fails(world: World) -> None:
    name = world.clients.unique("again")
    upload(world.connection, Upload(name, "Interactions", FIELDS, events()), Progress())
    before = world.names()
    with pytest.raises(Problem):
        upload(world.connection, Upload(name, "Interactions", FIELDS, events(10)), Progress())
    assert world.names() == before
    upload(world.connection, Upload(name, "Interactions", FIELDS, events(1100)), Progress())


def test_other_columns_than_the_datasets_are_refused_before_anything_is_sent(world: World) -> None:
    name = world.clients.unique("columns")
    upload(world.connection, Upload(name, "Interactions", FIELDS, events()), Progress())
    before = world.names()
    wider = Upload(name, "Interactions", (*FIELDS, Field("EVENT_TYPE")), events().assign(EVENT_TYPE="x"))
    with pytest.raises(Problem, match="The dataset has other columns"):
        upload(world.connection, wider, Progress())
    assert world.names() == before


def test_a_stopped_upload_leaves_nothing(world: World) -> None:
    before = world.names()
    progress = Progress()
    sent = events()

    class Stopping(pd.DataFrame):
        def to_csv(self, *args: object, **options: object) -> str:  # the moment just before the upload
            progress.cancel()
            return sent.to_csv(index=False)

    wanted = Upload(world.clients.unique("stopped"), "Interactions", FIELDS, Stopping(sent))
    with pytest.raises(Cancelled):
        upload(world.connection, wanted, progress)
    assert progress.steps()[-1].text == "Remove what was made"
    assert world.names() == before


def test_items_bring_their_titles(world: World) -> None:
    name = world.clients.unique("titles")
    items = pd.DataFrame({"ITEM_ID": ["1", "2"], "GENRES": ["Comedy", "War"]})
    catalog = io.StringIO("movieId,title,genres\n1,Alien (1979),Horror|Sci-Fi\n2,Heat (1995),Crime\n").read().encode()
    fields = (Field("ITEM_ID"), Field("GENRES", categorical=True))
    upload(world.connection, Upload(name, "Items", fields, items, catalog=catalog), Progress())
    groups = world.clients.personalize.list_dataset_groups(maxResults=100)["datasetGroups"]
    arn = next(group["datasetGroupArn"] for group in groups if group["name"] == name)
    assert catalog_of(world, arn) == {"1": ("Alien", 1979), "2": ("Heat", 1995)}


def catalog_of(world: World, group: str) -> dict[str, tuple[str, int | None]]:
    tags = world.clients.personalize.list_tags_for_resource(resourceArn=group)["tags"]
    source = next(tag["tagValue"] for tag in tags if tag["tagKey"] == "marquee:catalog")
    return {key: (item.title, item.year) for key, item in read_catalog(world.connection, source).items.items()}
