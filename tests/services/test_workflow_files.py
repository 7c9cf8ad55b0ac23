from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from components.workflow_view import boxes
from services.errors import Problem
from services.workflow_files import collect
from services.workflow_runs import StateRun, course_of

NAMES = ("README.txt", "genome-scores.csv", "links.csv", "movies.csv", "ratings.csv", "tags.csv")


def packed() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.mkdir("ml-latest-small")
        for name in NAMES:
            archive.writestr(f"ml-latest-small/{name}", f"of {name}")
    return content.getvalue()


def test_a_zip_of_movielens_gives_its_two_files_and_skips_the_rest() -> None:
    given = collect([("ml-latest-small.zip", packed())])
    assert given.files == {"movies.csv": b"of movies.csv", "ratings.csv": b"of ratings.csv"}
    assert given.missing == ()
    assert set(given.skipped) == {"README.txt", "genome-scores.csv", "links.csv", "tags.csv"}


def test_single_files_are_taken_and_the_missing_one_is_named() -> None:
    given = collect([("movies.csv", b"a")])
    assert given.files == {"movies.csv": b"a"}
    assert given.missing == ("ratings.csv",)


def test_a_broken_zip_is_told_by_its_name() -> None:
    with pytest.raises(Problem, match=r"ml\.zip cannot be unpacked"):
        collect([("ml.zip", b"no zip")])


def history(*told: tuple[str, str]) -> list[dict[str, Any]]:
    """Return events a second apart: ("entered" or "exited", state), or ("failed", cause)."""
    began = datetime(2026, 1, 1, tzinfo=UTC)
    members = {
        "entered": lambda name: {"type": "TaskStateEntered", "stateEnteredEventDetails": {"name": name}},
        "exited": lambda name: {"type": "TaskStateExited", "stateExitedEventDetails": {"name": name}},
        "failed": lambda cause: {"type": "ExecutionFailed", "executionFailedEventDetails": {"cause": cause}},
    }
    return [
        {"timestamp": began + timedelta(seconds=place), **members[what](name)}
        for place, (what, name) in enumerate(told)
    ]


def test_the_course_counts_visits_and_says_where_it_failed() -> None:
    events = [("entered", "Transform"), ("exited", "Transform")]
    events += [("entered", "Look at transform"), ("exited", "Look at transform"), ("entered", "Look at transform")]
    running = course_of(history(*events))
    assert running.failure == ""
    assert running.states["Transform"] == StateRun("succeeded", 1, 1.0)
    assert running.states["Look at transform"] == StateRun("running", 2, 1.0)
    left = course_of(history(*events, ("exited", "Look at transform")))
    assert left.states["Look at transform"] == StateRun("succeeded", 2, 2.0), "seconds of both visits"

    failed = course_of(history(*events, ("failed", "No such bucket")))
    assert failed.failure == "No such bucket"
    assert failed.states["Look at transform"].stage == "failed"
    assert [(box.label, box.state, box.words) for box in boxes(running)][:2] == [
        ("Transform", "busy", "in progress"),
        ("Import", "todo", "not reached"),
    ]
    assert [box.state for box in boxes(failed)] == ["failed", "todo", "todo", "todo"]


def test_a_job_that_failed_is_the_stage_that_failed_although_its_states_went_well() -> None:
    """The state that ends the execution comes after the one that saw the job fail."""
    events = [("entered", "Transform"), ("exited", "Transform"), ("entered", "Import"), ("exited", "Import")]
    drawn = boxes(course_of(history(*events, ("entered", "Failed"), ("failed", "A job failed"))))
    assert [(box.state, box.words) for box in drawn][:3] == [
        ("done", "done in 1.0 s"),
        ("failed", "failed"),
        ("todo", "not reached"),
    ]
