"""What the first page tells of a dataset group: how far it is, what comes next, what happened last."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from services import statuses
from services.metrics import VersionMetrics
from services.recipes import POPULARITY
from services.resources import Resource

State = Literal["todo", "busy", "failed", "done"]
LEADING = "normalized_discounted_cumulative_gain_at_25"
SHOWN = (LEADING, "mean_reciprocal_rank_at_25", "precision_at_10", "coverage")
_KINDS: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("Datasets", ("dataset",), "database"),
    ("Imports", ("dataset-import-job",), "download"),
    ("Solutions", ("solution",), "tune"),
    ("Versions", ("solution-version",), "model_training"),
    ("Campaigns", ("campaign", "recommender"), "rocket_launch"),
    ("Trackers", ("event-tracker",), "sensors"),
)
_CUSTOM = ("Solutions", "Versions")
"""Stages that recommenders do without."""
_NEXT: dict[str, tuple[str, ...]] = {
    "Datasets": ("Upload interactions", "pages/upload.py"),
    "Imports": ("Import data into the dataset", "pages/upload.py"),
    "Solutions": ("Create a solution", "pages/resources.py", "Solution"),
    "Versions": ("Train a solution version", "pages/resources.py", "Solution version"),
    "Campaigns": ("Deploy a campaign", "pages/resources.py", "Campaign"),
    "Trackers": ("Create an event tracker", "pages/resources.py", "Event tracker"),
}


@dataclass(frozen=True, slots=True)
class Stage:
    """One box of the pipeline."""

    label: str
    icon: str
    state: State
    active: int
    total: int


@dataclass(frozen=True, slots=True)
class NextStep:
    """What the user would do next, and the page where that is done."""

    text: str
    page: str
    form: str = ""
    """The kind of resource to create there, if that is the step."""


@dataclass(frozen=True, slots=True)
class Story:
    """One of the things worth looking at, with the page that tells it."""

    title: str
    icon: str
    body: str
    page: str
    actions: tuple[tuple[str, dict[str, str]], ...]
    """What the links to the page say, and the query of each."""


def tell_stories(user_ids: Sequence[str], leader: str = "") -> list[Story]:
    """Return the stories that the data can tell: of a newcomer, of two of its users, of the recipe that leads."""
    pair = list(user_ids[:2])
    named = f"Users {pair[0]} and {pair[1]}" if len(pair) == 2 else "Two users"
    verdict = f" {leader} leads." if leader else ""
    return [
        Story(
            "How soon is a stranger known?",
            "person_add",
            "A new user gets what everybody gets. Send a few events, and watch the list become their own.",
            "pages/simulator.py",
            (("Watch the list turn", {}),),
        ),
        Story(
            "Who gets what, and why?",
            "diversity_3",
            f"{named} have different histories, so their lists differ. Every line tells what it is there because of.",
            "pages/recommendations.py",
            tuple((f"Ask for user {user}", {"user": user}) for user in pair) or (("Ask for a user", {}),),
        ),
        Story(
            "Which recipe wins?",
            "leaderboard",
            f"Each recipe was tested on events that it had not seen.{verdict} By how much, and is that chance?",
            "pages/metrics.py",
            (("Compare solutions", {}),),
        ),
    ]


def ready(pipeline: Iterable[Stage], label: str) -> int:
    """Return how many resources of a stage are active."""
    return next(stage.active for stage in pipeline if stage.label == label)


def ago(moment: datetime, now: datetime) -> str:
    """Return how long ago a moment was: "just now", "5 minutes ago", "3 days ago"."""
    seconds = (now - moment).total_seconds()
    for size, unit in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= size:
            count = int(seconds // size)
            return f"{count} {unit}{'s' if count > 1 else ''} ago"
    return "just now"


def stages(resources: Iterable[Resource], domain: str = "") -> list[Stage]:
    """Return the pipeline from datasets to trackers; in a domain without solutions, recommenders take their place."""
    listed = list(resources)
    spared = _CUSTOM if domain and not any(found.kind == "solution" for found in listed) else ()
    return [
        _stage(label, icon, [found for found in listed if found.kind in kinds])
        for label, kinds, icon in _KINDS
        if label not in spared
    ]


def next_step(pipeline: Sequence[Stage]) -> NextStep:
    """Return the first step that is not done; where all are, that is to look at the recommendations."""
    custom = any(stage.label in _CUSTOM for stage in pipeline)
    for stage in pipeline:
        if stage.state == "failed":
            return NextStep(f"See why one of the {stage.label.lower()} failed", "pages/resources.py")
        if stage.state == "busy":
            return NextStep(f"Watch the {stage.label.lower()} come up", "pages/resources.py")
        if stage.state == "todo" and stage.label == "Campaigns" and not custom:
            return NextStep("Create a recommender", "pages/resources.py", "Recommender")
        if stage.state == "todo":
            return NextStep(*_NEXT[stage.label])
    return NextStep("Ask for recommendations", "pages/recommendations.py")


def best(versions: Iterable[VersionMetrics]) -> VersionMetrics | None:
    """Return the version with the highest NDCG@25 among those that report it."""
    measured = [version for version in versions if LEADING in version.values]
    return max(measured, key=lambda version: version.values[LEADING], default=None)


def baseline(versions: Iterable[VersionMetrics]) -> VersionMetrics | None:
    """Return the newest version of the popularity recipe."""
    popular = [version for version in versions if version.recipe == POPULARITY]
    return popular[-1] if popular else None


def recent(resources: Iterable[Resource], count: int = 10) -> list[Resource]:
    """Return what changed last, the newest first."""
    dated = [found for found in resources if found.updated is not None]
    return sorted(dated, key=lambda found: str(found.updated), reverse=True)[:count]


def _stage(label: str, icon: str, found: list[Resource]) -> Stage:
    active = sum(resource.status == statuses.ACTIVE for resource in found)
    state: State = "todo"
    if any(resource.moving for resource in found):
        state = "busy"
    elif active:
        state = "done"
    elif found:
        state = "failed"
    return Stage(label, icon, state, active, len(found))
