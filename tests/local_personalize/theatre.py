"""Parents that are really there, trained and deployed, for requests whose members must fit together."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.conftest import Clients
from tests.local_personalize.conftest import (
    RECIPE,
    campaign_for,
    interaction_rows,
    item,
    settled,
    solution_for,
    stocked,
    trained,
    version_for,
)
from tests.local_personalize.operations.conftest import Ground, csv, ground_for, role_for

ACTIONS = {"ACTION_ID": "string", "VALUE": ["null", "double"]}
TAKEN = {"USER_ID": "string", "ACTION_ID": "string", "TIMESTAMP": "long", "EVENT_TYPE": "string"}
METRIC = {"metricName": "m", "eventType": "watch", "expression": "SAMPLECOUNT()"}

Members = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Theatre:
    """A custom group, one for actions and one of a domain, each with what is trained in it."""

    ground: Ground
    datasets: dict[str, str]
    versions: dict[str, str]
    """By recipe: of popularity, of rankings, of segments."""
    ranking: str
    """A campaign that ranks."""
    actions: Ground
    actions_datasets: dict[str, str]
    actions_campaign: str
    tracking_id: str
    """Of the group for actions."""
    movies: Ground

    @property
    def personalize(self) -> Any:
        """boto3's client of its region."""
        return self.ground.clients.personalize

    def unique(self, name: str) -> str:
        """Return a name that nothing else has."""
        return self.ground.clients.unique(name)

    def group(self) -> str:
        """Create an empty dataset group."""
        return str(self.personalize.create_dataset_group(name=self.unique("group"))["datasetGroupArn"])

    def recommender(self, status: str = "ACTIVE") -> str:
        """Create a recommender and wait until it has that status."""
        arn = self.personalize.create_recommender(
            name=self.unique("recommender"),
            datasetGroupArn=self.movies.group,
            recipeArn=f"{RECIPE}aws-vod-most-popular",
        )["recommenderArn"]
        self._wait_for_recommender(arn, "ACTIVE")
        if status == "INACTIVE":
            self.personalize.stop_recommender(recommenderArn=arn)
            self._wait_for_recommender(arn, status)
        return str(arn)

    def _wait_for_recommender(self, arn: str, status: str) -> None:
        describe = self.personalize.describe_recommender
        while (found := describe(recommenderArn=arn)["recommender"])["status"] != status:
            assert found["status"] != "CREATE FAILED", found
            time.sleep(0.02)

    def attribution(self) -> str:
        """Create a metric attribution in a group of its own and return its ARN when it is ACTIVE."""
        arn = self.personalize.create_metric_attribution(
            name=self.unique("attribution"),
            datasetGroupArn=self.group(),
            metrics=[METRIC],
            metricsOutputConfig={"roleArn": self.ground.role},
        )["metricAttributionArn"]
        describe = self.personalize.describe_metric_attribution
        settled(lambda: describe(metricAttributionArn=arn)["metricAttribution"])
        return str(arn)

    def job(self, version: str) -> Members:
        """Return the members of a batch job."""
        where = f"s3://{self.ground.bucket}"
        return {
            "solutionVersionArn": version,
            "jobName": self.unique("job"),
            "roleArn": self.ground.role,
            "jobInput": {"s3DataSource": {"path": f"{where}/Items.csv"}},
            "jobOutput": {"s3DataDestination": {"path": f"{where}/out/"}},
        }


def opened(clients: Clients) -> Theatre:
    """Import, train and deploy."""
    ground, datasets = stocked(clients)
    recipes = ("aws-popularity-count", "aws-personalized-ranking", "aws-item-affinity")
    versions = {recipe: version_for(ground, solution_for(ground, recipe)) for recipe in recipes}
    actions, actions_datasets = _actions(clients)
    played = version_for(actions, solution_for(actions, "aws-next-best-action"))
    movies = _movies(clients)
    ended = [trained(clients, version)["status"] for version in (*versions.values(), played)]
    assert set(ended) == {"ACTIVE"}
    return Theatre(
        ground,
        datasets,
        versions,
        campaign_for(clients, versions["aws-personalized-ranking"]),
        actions,
        actions_datasets,
        campaign_for(clients, played),
        clients.personalize.create_event_tracker(name="t", datasetGroupArn=actions.group)["trackingId"],
        movies,
    )


def _actions(clients: Clients) -> tuple[Ground, dict[str, str]]:
    ground = ground_for(clients)
    rows = [f"u{one % 40},a{one % 9},{1_600_000_000 + one},{('Taken', 'Not Taken')[one % 2]}" for one in range(1200)]
    bodies = {
        "Actions": (ACTIONS, csv([f"a{one},1" for one in range(9)], ",".join(ACTIONS))),
        "Action_Interactions": (TAKEN, csv(rows, ",".join(TAKEN))),
    }
    made = {}
    for kind, (fields, body) in bodies.items():
        made[kind] = clients.personalize.create_dataset(
            name=clients.unique("dataset"),
            schemaArn=ground.schema(kind.replace("_", ""), fields),
            datasetGroupArn=ground.group,
            datasetType=kind,
        )["datasetArn"]
        assert ground.imported(made[kind], body)["status"] == "ACTIVE"
    return ground, made


def _movies(clients: Clients) -> Ground:
    name = clients.unique("movies")
    clients.s3.create_bucket(Bucket=name)
    group = clients.personalize.create_dataset_group(name=name, domain="VIDEO_ON_DEMAND")["datasetGroupArn"]
    ground = Ground(clients, name, group, name, role_for(clients, name, name))
    assert ground.imported(ground.dataset(), csv(interaction_rows()))["status"] == "ACTIVE"
    return ground


def _campaign(theatre: Theatre) -> Members:
    return {"campaignArn": campaign_for(theatre.ground.clients, theatre.versions["aws-popularity-count"])}


def _stoppable(theatre: Theatre) -> Members:
    return {"solutionVersionArn": version_for(theatre.ground, solution_for(theatre.ground, "aws-popularity-count"))}


def _dataset(theatre: Theatre) -> Members:
    kind = "Interactions"
    return {"datasetGroupArn": theatre.group(), "schemaArn": theatre.ground.schema(kind), "datasetType": kind}


FITTING: dict[str, Callable[[Theatre], Members]] = {
    "CreateBatchInferenceJob": lambda it: it.job(it.versions["aws-popularity-count"]),
    "CreateBatchSegmentJob": lambda it: it.job(it.versions["aws-item-affinity"]),
    "CreateCampaign": lambda it: {"solutionVersionArn": it.versions["aws-popularity-count"]},
    "CreateDataset": _dataset,
    "CreateRecommender": lambda it: {
        "datasetGroupArn": it.movies.group,
        "recipeArn": f"{RECIPE}aws-vod-most-popular",
    },
    "CreateSolution": lambda it: {"datasetGroupArn": it.group(), "recipeArn": f"{RECIPE}aws-sims"},
    "DeleteCampaign": _campaign,
    "DeleteDatasetGroup": lambda it: {"datasetGroupArn": it.group()},
    "DeleteMetricAttribution": lambda it: {"metricAttributionArn": it.attribution()},
    "DeleteRecommender": lambda it: {"recommenderArn": it.recommender()},
    "DeleteSchema": lambda it: {"schemaArn": it.ground.schema("Users")},
    "GetActionRecommendations": lambda it: {"campaignArn": it.actions_campaign, "userId": "u1"},
    "GetPersonalizedRanking": lambda it: {
        "campaignArn": it.ranking,
        "userId": "u1",
        "inputList": [item("comedy", 1), item("action", 1), "unheard-of"],
    },
    "PutActionInteractions": lambda it: {
        "trackingId": it.tracking_id,
        "actionInteractions": [{"actionId": "a1", "sessionId": "s", "timestamp": 1.7e9, "eventType": "Taken"}],
    },
    "PutActions": lambda it: {
        "datasetArn": it.actions_datasets["Actions"],
        "actions": [{"actionId": "a9", "properties": '{"value": 2}'}],
    },
    "PutItems": lambda it: {
        "datasetArn": it.datasets["Items"],
        "items": [{"itemId": "put", "properties": '{"genres": "Comedy"}'}],
    },
    "PutUsers": lambda it: {
        "datasetArn": it.datasets["Users"],
        "users": [{"userId": "put", "properties": '{"age": 7}'}],
    },
    "StartRecommender": lambda it: {"recommenderArn": it.recommender("INACTIVE")},
    "StopRecommender": lambda it: {"recommenderArn": it.recommender()},
    "StopSolutionVersionCreation": _stoppable,
    "UpdateCampaign": _campaign,
    "UpdateMetricAttribution": lambda it: {
        "metricAttributionArn": it.attribution(),
        "addMetrics": [{**METRIC, "metricName": "added"}],
    },
    "UpdateRecommender": lambda it: {"recommenderArn": it.recommender(), "recommenderConfig": {}},
}
"""For each operation that chance seldom fits: members that are there and belong together, made anew."""
