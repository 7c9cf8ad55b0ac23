"""The fifth tutorial: restaurants with cuisines, from the schema to recommendations, with its own poll loops."""

from __future__ import annotations

import functools
import json
import random
import time
from collections.abc import Callable
from typing import Any

import pandas as pd

from data.schemas import Field, schema
from tests.seeds.worlds import table

CUISINES = ("turkish|kebab", "italian|pizza")
RATINGS = (0.2, 0.4, 0.6, 0.8, 1.0)

EVENT = (
    Field("USER_ID"),
    Field("ITEM_ID"),
    Field("TIMESTAMP", "long"),
    Field("EVENT_TYPE"),
    Field("EVENT_VALUE", "float"),
)
SCHEMAS = {
    "INTERACTIONS": schema("Interactions", EVENT),
    "ITEMS": schema("Items", (Field("ITEM_ID"), Field("CUISINES", categorical=True))),
    # The tutorial marks a number as categorical, and the service takes it.
    "USERS": schema("Users", (Field("USER_ID"), Field("RFM", "long", categorical=True))),
}
TUTORIAL_RECIPES = {
    f"arn:aws:personalize:::recipe/{name}"
    for name in (
        "aws-hrnn",
        "aws-hrnn-coldstart",
        "aws-hrnn-metadata",
        "aws-personalized-ranking",
        "aws-popularity-count",
        "aws-sims",
        "aws-user-personalization",
    )
}


def test_the_restaurant_tutorial_from_schema_to_recommendations(clients: Any, capsys: Any) -> None:
    group = import_everything(clients)

    listed = {recipe["recipeArn"] for recipe in clients.personalize.list_recipes(maxResults=100)["recipes"]}
    assert listed >= TUTORIAL_RECIPES

    version = train(clients, group)
    metrics = clients.personalize.get_solution_metrics(solutionVersionArn=version)["metrics"]
    assert len(metrics) == 8
    assert all(0 <= value <= 1 for value in metrics.values())

    response = clients.runtime.get_recommendations(campaignArn=deploy(clients, version), userId="0")
    recommendation_list = [get_restaurant(item["itemId"]) for item in response["itemList"]]
    recommendations_df = pd.DataFrame(recommendation_list, columns=["OriginalRecs"])
    assert len(recommendations_df) == 25
    # Guest 0 eats kebab: the first tables are turkish ones.
    assert recommendations_df["OriginalRecs"].head(5).str.startswith("Kebab house").all()
    printed = capsys.readouterr().out.splitlines()
    assert printed[0] == "DatasetImportJob: CREATE PENDING"
    assert "SolutionVersion: ACTIVE" in printed


def import_everything(clients: Any) -> str:
    """Make bucket, schemas, group and datasets and import each file; return the dataset group's ARN."""
    personalize, bucket = clients.personalize, clients.unique("restaurants")
    clients.s3.create_bucket(Bucket=bucket)
    clients.s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps(tutorial_policy(bucket)))
    role_arn = service_role(clients)
    schemas = {
        kind: personalize.create_schema(name=clients.unique(kind.lower()), schema=text)["schemaArn"]
        for kind, text in SCHEMAS.items()
    }
    group: str = personalize.create_dataset_group(name=clients.unique("restaurants"))["datasetGroupArn"]
    for kind, schema_arn in schemas.items():
        # No wait between group, dataset and job: the tutorial does not wait either.
        clients.s3.put_object(Bucket=bucket, Key=f"{kind}.csv", Body=FILES[kind]().encode())
        dataset = personalize.create_dataset(
            datasetType=kind, datasetGroupArn=group, schemaArn=schema_arn, name=clients.unique("test-dataset")
        )["datasetArn"]
        job = personalize.create_dataset_import_job(
            jobName=clients.unique("import"),
            datasetArn=dataset,
            dataSource={"dataLocation": f"s3://{bucket}/{kind}.csv"},
            roleArn=role_arn,
        )["datasetImportJobArn"]
        assert poll("DatasetImportJob", import_status(personalize, job)) == "ACTIVE"
    return group


def train(clients: Any, group: str) -> str:
    """Create solution and version one after the other, and return the version's ARN once it is ACTIVE."""
    personalize = clients.personalize
    solution = personalize.create_solution(
        name=clients.unique("restaurants"),
        datasetGroupArn=group,
        recipeArn="arn:aws:personalize:::recipe/aws-user-personalization",
    )["solutionArn"]
    version: str = personalize.create_solution_version(solutionArn=solution)["solutionVersionArn"]
    described = functools.partial(personalize.describe_solution_version, solutionVersionArn=version)
    assert poll("SolutionVersion", lambda: described()["solutionVersion"]["status"]) == "ACTIVE"
    return version


def deploy(clients: Any, version: str) -> str:
    """Create a campaign of two requests a second, and return its ARN once it is ACTIVE."""
    campaign: str = clients.personalize.create_campaign(
        name=clients.unique("restaurants"), solutionVersionArn=version, minProvisionedTPS=2
    )["campaignArn"]
    described = functools.partial(clients.personalize.describe_campaign, campaignArn=campaign)
    assert poll("Campaign", lambda: described()["campaign"]["status"]) == "ACTIVE"
    assert described()["campaign"]["minProvisionedTPS"] == 2
    return campaign


def interactions_csv() -> str:
    """Return 60 guests with 20 visits each: even guests eat turkish, odd ones italian; every rating once normalised."""
    draw = random.Random(4)
    rows = []
    for guest in range(60):
        places = draw.sample([place for place in range(80) if place % 2 == guest % 2], 20)
        rows += [
            (guest, f"r{place}", 1_600_000_000 + guest * 31 + step * 3600, "visit", RATINGS[(place + step) % 5])
            for step, place in enumerate(places)
        ]
    return table(("USER_ID", "ITEM_ID", "TIMESTAMP", "EVENT_TYPE", "EVENT_VALUE"), rows)


FILES: dict[str, Callable[[], str]] = {
    "INTERACTIONS": interactions_csv,
    "ITEMS": lambda: table(("ITEM_ID", "CUISINES"), [(f"r{place}", CUISINES[place % 2]) for place in range(80)]),
    "USERS": lambda: table(("USER_ID", "RFM"), [(guest, guest % 5) for guest in range(60)]),
}


def get_restaurant(item_id: str) -> str:
    """Return a restaurant's name, as the tutorial joins it."""
    number = int(item_id.removeprefix("r"))
    return f"{'Trattoria' if number % 2 else 'Kebab house'} {number}"


def tutorial_policy(bucket: str) -> dict[str, Any]:
    """Return the tutorial's bucket policy, with its misspelt 'id' for 'Sid'."""
    return {
        "Version": "2012-10-17",
        "Id": "PersonalizeS3BucketAccessPolicy",
        "Statement": [
            {
                "id": "PersonalizeS3BucketAccessPolicy",
                "Effect": "Allow",
                "Principal": {"Service": "personalize.amazonaws.com"},
                "Action": ["s3:GetObject", "s3:ListBucket"],
                "Resource": [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"],
            }
        ],
    }


def service_role(clients: Any) -> str:
    """Create a role that Personalize may assume."""
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "personalize.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }
    trust = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    role = clients.iam.create_role(RoleName=clients.unique("PersonalizeRole"), AssumeRolePolicyDocument=trust)
    return str(role["Role"]["Arn"])


def import_status(personalize: Any, job: str) -> Callable[[], str]:
    """Return the tutorial's way to read an import's status."""

    def status() -> str:
        described = personalize.describe_dataset_import_job(datasetImportJobArn=job)["datasetImportJob"]
        return str(described.get("latestDatasetImportJobRun", described)["status"])

    return status


def poll(label: str, status: Callable[[], str], seconds: float = 60, pause: float = 0.1) -> str:
    """Print and return the status until it is final, as the tutorial's loops do."""
    limit = time.monotonic() + seconds
    while time.monotonic() < limit:
        current = status()
        print(f"{label}: {current}")
        if current in ("ACTIVE", "CREATE FAILED"):
            return current
        time.sleep(pause)
    return current
