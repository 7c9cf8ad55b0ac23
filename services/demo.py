"""The demo: MovieLens in, four recipes trained and deployed, a tracker; run again, it goes on where it stopped."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from data import movielens
from data.movielens_files import MovieLens
from data.schemas import Field, schema
from services import datasets, statuses
from services.connection import Connection
from services.errors import Problem
from services.progress import Progress
from services.uploads import Upload, csv_of, keep_catalog, prepare, put

GROUP = "movielens"
TRACKER = "watch"
_INTERACTIONS = (Field("USER_ID"), Field("ITEM_ID"), Field("EVENT_TYPE"), Field("TIMESTAMP", "long"))
_ITEMS = (
    Field("ITEM_ID"),
    Field("GENRES", categorical=True, nullable=True),
    Field("YEAR", "int", nullable=True),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Recipe:
    """One of the recipes that the demo trains, with the names that its solution and campaign get."""

    solution: str
    campaign: str
    label: str
    mode: str

    @property
    def arn(self) -> str:
        """Return the recipe's ARN."""
        names = {"popularity": "popularity-count"}
        return f"arn:aws:personalize:::recipe/aws-{names.get(self.solution, self.solution)}"


RECIPES = (
    Recipe("user-personalization", "for-you", "For you", "user"),
    Recipe("similar-items", "similar-films", "Similar films", "related"),
    Recipe("popularity", "popular", "Popular with everyone", "popular"),
    Recipe("personalized-ranking", "rank", "Re-rank", "ranking"),
)


def movielens_upload(films: MovieLens, dataset_group: str, domain: str, dataset_type: str) -> Upload:
    """Return the upload of one of MovieLens's tables; films bring their titles along. Raises Problem."""
    fields, table = _table_of(films, dataset_type)
    catalog = csv_of(films.items) if dataset_type == "Items" else None
    return Upload(dataset_group, dataset_type, fields, table, domain, catalog)


def run_demo(connection: Connection, progress: Progress, *, given: str | None, cache: Path) -> None:
    """Do what of the demo is not done yet; given and cache say where MovieLens may be. Raises Problem, Cancelled."""
    with progress.step("Find MovieLens") as step:
        films = movielens.find(given, cache, step.tell)
        step.text = f"Found {films.name}: {len(films.interactions):,} ratings"
    bucket, role = prepare(connection, progress)
    with progress.step(f"Create dataset group {GROUP}"):
        group = datasets.ensure_dataset_group(connection, GROUP, "", [], progress)
    _bring_in(connection, films, group, bucket, role, progress)
    with progress.step(f"Create event tracker {TRACKER}"):
        _ensure_tracker(connection, group)
    _train_and_deploy(connection, group, progress)


def _bring_in(connection: Connection, films: MovieLens, group: str, bucket: str, role: str, progress: Progress) -> None:
    """Import ratings, films and, where anything is known of them, users, all at once, and keep the titles."""
    waiting = []
    known = ("Users",) if len(films.users.columns) > 1 else ()
    for dataset_type in ("Interactions", "Items", *known):
        fields, table = _table_of(films, dataset_type)
        dataset = datasets.ensure_dataset(connection, group, dataset_type, schema(dataset_type, fields), [], progress)

        def start(dataset: str = dataset, dataset_type: str = dataset_type, content: bytes = csv_of(table)) -> str:
            with progress.step(f"Upload {dataset_type.lower()} to S3") as step:
                uri = put(connection, bucket, f"{GROUP}/{dataset_type.lower()}", content, step, [])
            return datasets.import_data(connection, dataset, uri, role)

        job = datasets.ensure_import(connection, dataset, start)
        waiting.append((job, progress.begin(f"Import {len(table):,} {dataset_type.lower()}")))
    with progress.step("Keep titles, years and genres") as step:
        keep_catalog(connection, group, bucket, csv_of(films.items), step, [])
    for job, step in waiting:
        datasets.wait(connection, "dataset_import_job", job, progress, step)
        step.end()


def _table_of(films: MovieLens, dataset_type: str) -> tuple[tuple[Field, ...], pd.DataFrame]:
    """Return MovieLens as the fields and rows of a dataset: each rating is one event "watch"."""
    if dataset_type == "Interactions":
        watches = films.interactions[["USER_ID", "ITEM_ID", "TIMESTAMP"]].assign(EVENT_TYPE="watch")
        return _INTERACTIONS, watches
    if dataset_type == "Items":
        columns = {"genres": "GENRES", "year": "YEAR"}
        return _ITEMS, films.items.rename(columns=columns)[["ITEM_ID", "GENRES", "YEAR"]]
    if len(films.users.columns) < 2:
        raise Problem("This MovieLens tells nothing of its users", "MovieLens 100K and 1M do: age, gender, occupation.")
    fields = tuple(Field(name, categorical=name != "USER_ID") for name in films.users.columns)
    return fields, films.users


def _ensure_tracker(connection: Connection, group: str) -> None:
    personalize = connection.client("personalize")
    found = personalize.list_event_trackers(datasetGroupArn=group)["eventTrackers"]
    _remove_failed(connection, "event_tracker", found)
    if not any(not statuses.is_failed(tracker["status"]) for tracker in found):
        personalize.create_event_tracker(name=TRACKER, datasetGroupArn=group)


def _train_and_deploy(connection: Connection, group: str, progress: Progress) -> None:
    """Train all recipes at the same time and deploy each as soon as it is ready."""
    training = [(recipe, _ensure_version(connection, group, recipe)) for recipe in RECIPES]
    works = [_Work(connection, recipe, version, progress) for recipe, version in training]
    while not all([work.advance() for work in works]):
        progress.sleep(0.2 if connection.is_local else 15)


class _Work:
    """One recipe's way from a version in training to a campaign that answers."""

    def __init__(self, connection: Connection, recipe: Recipe, version: str, progress: Progress) -> None:
        self._connection, self._recipe, self._progress = connection, recipe, progress
        self._resource, self._arn, self._version = "solution_version", version, version
        self._step = progress.begin(f"Train {recipe.solution}")

    def advance(self) -> bool:
        """Look once how far it is, take the next step where it can be taken, and tell whether all is done."""
        if self._step.ended:
            return True
        found = datasets.describe(self._connection, self._resource, self._arn)
        if statuses.is_moving(found["status"]):
            datasets.show_job(self._connection, self._arn, found["status"], self._step)
            return False
        datasets.wait(self._connection, self._resource, self._arn, self._progress)
        self._step.end()
        if self._resource == "campaign":
            return True
        self._step = self._progress.begin(f"Deploy campaign {self._recipe.campaign}")
        self._resource, self._arn = "campaign", _ensure_campaign(self._connection, self._recipe, self._version)
        return False


def _ensure_version(connection: Connection, group: str, recipe: Recipe) -> str:
    personalize = connection.client("personalize")
    pages = personalize.get_paginator("list_solutions").paginate(datasetGroupArn=group)
    solution = next(pages.search(f"solutions[?name=='{recipe.solution}'].solutionArn"), None)
    if solution is None:
        solution = personalize.create_solution(
            name=recipe.solution, datasetGroupArn=group, recipeArn=recipe.arn, performAutoTraining=False
        )["solutionArn"]  # fmt: skip
    return _usable(
        personalize.get_paginator("list_solution_versions").paginate(solutionArn=solution).search("solutionVersions[]"),
        "solutionVersionArn",
        lambda: str(personalize.create_solution_version(solutionArn=solution)["solutionVersionArn"]),
    )


def _ensure_campaign(connection: Connection, recipe: Recipe, version: str) -> str:
    personalize = connection.client("personalize")
    solution = version.rsplit("/", 1)[0]
    tags = {"marquee:name": recipe.label, "marquee:order": str(RECIPES.index(recipe) + 1), "marquee:mode": recipe.mode}
    found = list(personalize.get_paginator("list_campaigns").paginate(solutionArn=solution).search("campaigns[]"))
    _remove_failed(connection, "campaign", [campaign for campaign in found if campaign["name"] == recipe.campaign])
    return _usable(
        found,
        "campaignArn",
        lambda: str(
            personalize.create_campaign(
                name=recipe.campaign,
                solutionVersionArn=version,
                minProvisionedTPS=1,
                tags=[{"tagKey": key, "tagValue": value} for key, value in tags.items()],
            )["campaignArn"]
        ),
    )


def _remove_failed(connection: Connection, resource: str, found: Iterable[dict[str, Any]]) -> None:
    """Delete those that failed: their names are taken until then."""
    member = {"campaign": "campaignArn", "event_tracker": "eventTrackerArn"}[resource]
    for failed in (entry for entry in found if statuses.is_failed(entry["status"])):
        datasets.remove(connection, resource, failed[member])


def _usable(found: Iterable[dict[str, Any]], member: str, create: Callable[[], str]) -> str:
    """Return the ARN of the newest resource that has not failed, or of the one that is created now."""
    usable = sorted(
        (entry for entry in found if not statuses.is_failed(entry["status"])),
        key=lambda entry: (entry["status"] == statuses.ACTIVE, entry["creationDateTime"]),
    )
    return str(usable[-1][member]) if usable else create()
