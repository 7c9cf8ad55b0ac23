from __future__ import annotations

from services.deletion import delete_plan, vanishing
from services.resources import Resource, name_of

GROUP, DATA, JOB, SOLUTION, VERSION, CAMPAIGN, TRACKER, FILTER = (
    f"arn:aws:personalize:us-east-1:1:{path}"
    for path in (
        "dataset-group/g", "dataset/g/INTERACTIONS", "dataset-import-job/j", "solution/s", "solution/s/1bbe77cf",
        "campaign/c", "event-tracker/t", "filter/f",
    )
)  # fmt: skip


def resource(arn: str, kind: str, parent: str) -> Resource:
    return Resource(arn, kind, name_of(arn), "ACTIVE", parent, None, None)


ALL = [
    resource(GROUP, "dataset-group", ""),
    resource(DATA, "dataset", GROUP),
    resource(JOB, "dataset-import-job", DATA),
    resource(SOLUTION, "solution", GROUP),
    resource(VERSION, "solution-version", SOLUTION),
    resource(CAMPAIGN, "campaign", VERSION),
    resource(TRACKER, "event-tracker", GROUP),
    resource(FILTER, "filter", GROUP),
]


def test_a_group_is_deleted_after_everything_in_it() -> None:
    assert [step.arn for step in delete_plan(ALL, GROUP)] == [CAMPAIGN, TRACKER, FILTER, SOLUTION, DATA, GROUP]


def test_a_solution_takes_its_campaigns_first_and_its_versions_along() -> None:
    plan = delete_plan(ALL, SOLUTION)
    assert [step.arn for step in plan] == [CAMPAIGN, SOLUTION]
    assert [gone.arn for gone in vanishing(ALL, plan)] == [VERSION]


def test_what_nothing_depends_on_goes_alone() -> None:
    assert [step.arn for step in delete_plan(ALL, CAMPAIGN)] == [CAMPAIGN]
    assert delete_plan(ALL, "arn:unknown") == []


def test_names_are_the_last_part_of_an_arn() -> None:
    assert [name_of(arn) for arn in (GROUP, DATA, VERSION)] == ["g", "INTERACTIONS", "s/1bbe77cf"]
