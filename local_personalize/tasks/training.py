"""Trains and evaluates a recipe on what a dataset group holds, and publishes the model's folder.

DATA/models/ID/   model.npz, meta.json   the recommender (recommenders.load)
                  history/               the interactions beside it (history.SavedHistory)
                  novelty.npz            when items came, and how often they were shown (novelty.Novelty)
                  serving.json           recipe, when and up to which streamed event it was trained, on which types
                  evaluation.json        figures of each test user
                  training.json          what was asked for, so that it can be measured again
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from local_personalize import clock, group_data, history, novelty
from local_personalize.group_data import History, Kind
from local_personalize.quotas import quota
from local_personalize.recipe_book import PERSONALIZED_ACTIONS, RECIPES
from local_personalize.recommenders import recommender_for
from local_personalize.recommenders.base import Floats, silent
from local_personalize.recommenders.dataset import Dataset, Interactions, Table
from local_personalize.recommenders.evaluation import Evaluation, evaluate
from local_personalize.recommenders.objective import ATTRIBUTE
from local_personalize.tasks import TaskFailed, considered, event_types, tuning
from local_personalize.tasks.chosen_events import choose

Report = Callable[[float, str], None]
T = TypeVar("T")

FEWEST_INTERACTIONS = 1000
FEWEST_USERS = 25
ITEMS: tuple[Kind, Kind] = ("Interactions", "Items")
ACTIONS: tuple[Kind, Kind] = ("Action_Interactions", "Actions")
"""The dataset of events and the catalogue that a recipe trains on."""
READ, TUNED, EVALUATED = 0.05, 0.3, 0.55
"""Shares of the progress after which the data are read, hyperparameters are found, and the evaluation is done."""


def run(payload: dict[str, Any], report: Report) -> dict[str, Any]:
    """Train and evaluate; returns the recipe, metrics, tuned hyperparameters and hours of computing.

    The payload has data, group, recipes (of several the best by metric is kept), model (name of the folder), events
    ([{"type", "threshold", "weight"}], empty for all), parameters (hyperparameters), tune (None, or what to search them
    by), and the columns included and excluded by dataset type.
    """
    started = time.process_time()
    report(0.0, group_data.READING)
    began = clock.now()
    held, dataset = read(payload, _part(report, 0, READ))
    tuned = _searched(payload, dataset, _part(report, READ, TUNED))
    parameters = {**payload["parameters"], **tuned}
    recipe, evaluation = _best(payload, dataset, parameters, _part(report, TUNED if tuned else READ, EVALUATED))
    chosen = {**parameters, **evaluation.tuned}
    model = recommender_for(recipe).fit(dataset, chosen, progress=_part(report, EVALUATED, 0.95))
    report(0.95, "Saving the model")
    with _published(Path(payload["data"]) / "models" / payload["model"]) as folder:
        model.save(folder)
        history.save(held, folder / "history")
        novelty.save(folder, model.item_ids, dataset.items, _impressions(payload))
        served = {"recipe": recipe, "watermark": held.watermark, "trained": began, "events": payload["events"]}
        _write(folder / "serving.json", served)
        _write(folder / "evaluation.json", columns_of(evaluation.per_user))
        _write(folder / "training.json", {**payload, "recipes": [recipe], "parameters": parameters})
    hours = round((time.process_time() - started) / 3600, 6)
    metrics = {name: round(value, 4) for name, value in evaluation.metrics.items()}  # as the service shows them
    return {"recipe": recipe, "metrics": metrics, "tuned": tuned, "hours": max(hours, 1e-6)}


def _searched(payload: dict[str, Any], dataset: Dataset, report: Report) -> dict[str, str]:
    """Return the best hyperparameters of the first recipe, none where they are not to be searched."""
    if payload["tune"] is None:
        return {}
    return tuning.search(payload["recipes"][0], dataset, payload["parameters"], payload["tune"], report)


def _best(
    payload: dict[str, Any], dataset: Dataset, parameters: Mapping[str, str], report: Report
) -> tuple[str, Evaluation]:
    """Return the recipe with the best metric, and how well it does."""
    judged = {recipe: evaluate(recipe, dataset, parameters, progress=report) for recipe in payload["recipes"]}
    return max(judged.items(), key=lambda found: found[1].metrics.get(payload["metric"], 0.0))


def read(payload: dict[str, Any], report: Report = silent) -> tuple[History, Dataset]:
    """Return all that the group holds of interactions, and what is to be trained on."""
    data, group = Path(payload["data"]), payload["group"]
    recipe = RECIPES[payload["recipes"][0]]
    of_actions = recipe.type == PERSONALIZED_ACTIONS
    events, catalogue = ACTIONS if of_actions else ITEMS
    with _state(data) as connection:
        held = group_data.read_history(connection, data, group, events, report)
        if not of_actions:
            event_types.check(connection, group, held)
        items, users = (group_data.read_table(connection, data, group, kind) for kind in (catalogue, "Users"))
    texts, numbers = _wanted(held.texts, events.upper(), payload), _wanted(held.numbers, events.upper(), payload)
    rows = replace(held.interactions, contexts=texts, measures=numbers)
    chosen = choose(rows, payload["events"])
    if recipe.reads_texts:
        _check_texts(recipe.name, items)
    else:
        _check_minimum(chosen, payload["events"], 1 if of_actions else FEWEST_INTERACTIONS)
    items = _with_columns(items, catalogue, payload)
    chosen, items = considered.newest(chosen, items, quota("considered-items"))
    dataset = Dataset(chosen, items, _with_columns(users, "Users", payload))
    _check_objective(dataset, payload["parameters"].get(ATTRIBUTE))
    return held, dataset


def _impressions(payload: dict[str, Any]) -> Counter[str]:
    """Count how often each item was shown; of action interactions nothing is asked."""
    data = Path(payload["data"])
    with _state(data) as connection:
        return novelty.imported_impressions(connection, data, payload["group"])


def _check_texts(recipe: str, items: Table | None) -> None:
    """Raise TaskFailed where no column of the items holds texts."""
    plain = [] if items is None else [cells for name, cells in items.columns.items() if name not in items.categorical]
    if not any(isinstance(cell, str) for cells in plain for cell in cells):
        raise TaskFailed(f"{recipe} needs an Items dataset with a textual field.")


def _check_minimum(rows: Interactions, events: list[dict[str, Any]], fewest: int) -> None:
    """Raise TaskFailed below the guide's minimum, in its words (pages limits and error-messages)."""
    if len(rows) < fewest:
        types = ", ".join(event["type"] for event in events if event["type"] is not None)
        after = f" after filtering by event type: {types}" if types else " after filtering" if events else ""
        raise TaskFailed(f"Dataset has fewer than {fewest} interactions{after}")
    if (np.bincount(rows.users) >= 2).sum() < FEWEST_USERS:
        raise TaskFailed(f"Dataset has fewer than {FEWEST_USERS} users with at least 2 interactions each")


def _check_objective(dataset: Dataset, attribute: str | None) -> None:
    """Raise TaskFailed where the objective's column is gone since the solution was made."""
    if attribute is not None and (dataset.items is None or attribute not in dataset.items.columns):
        raise TaskFailed(f"The Items dataset has no column {attribute} to optimize for.")


def _with_columns(table: Table | None, kind: Kind, payload: dict[str, Any]) -> Table | None:
    """Return a table with the columns that the configuration includes and does not exclude."""
    return None if table is None else replace(table, columns=_wanted(table.columns, kind.upper(), payload))


def _wanted(columns: Mapping[str, T], kind: str, payload: dict[str, Any]) -> dict[str, T]:
    """Return the columns of a type of dataset that the configuration includes and does not exclude."""
    included, excluded = payload["included"].get(kind), payload["excluded"].get(kind, [])
    names = [name for name in columns if name.upper() not in excluded]
    return {name: columns[name] for name in names if included is None or name.upper() in included}


def columns_of(per_user: Mapping[str, Sequence[str] | Floats]) -> dict[str, Any]:
    """Return the figures of each test user, JSON-able: {"users": [...], "precision_at_5": [...], ...}."""
    return {
        name: [value if isinstance(value, str) else round(float(value), 6) for value in column]
        for name, column in per_user.items()
    }


@contextlib.contextmanager
def _state(data: Path) -> Iterator[sqlite3.Connection]:
    """Open the endpoint's state for reading, as it is at one moment."""
    connection = sqlite3.connect(f"{(data / 'state.db').as_uri()}?mode=ro", uri=True, isolation_level=None, timeout=30)
    connection.row_factory = sqlite3.Row
    connection.execute("BEGIN")
    try:
        yield connection
    finally:
        connection.close()


@contextlib.contextmanager
def _published(folder: Path) -> Iterator[Path]:
    """Yield a folder to write to, and move it to its place once all of it is on the disk."""
    draft = folder.with_name(f".{folder.name}.{os.getpid()}")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    yield draft
    for path in [*draft.rglob("*"), draft]:
        _sync(path)
    if folder.exists():  # a crash between the move and the end of the job makes the job run twice
        shutil.rmtree(folder)
    draft.rename(folder)
    _sync(folder.parent)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _write(path: Path, document: dict[str, Any]) -> None:
    path.write_text(json.dumps(document), encoding="utf-8")


def _part(report: Report, begin: float, end: float) -> Report:
    return lambda fraction, text: report(begin + (end - begin) * fraction, text)
