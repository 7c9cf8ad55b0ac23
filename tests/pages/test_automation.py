from __future__ import annotations

from pathlib import Path

import pytest

from services.connection import Connection
from services.workflow_runs import RUNNING, list_executions
from tests.conftest import Endpoint
from tests.pages.cinema import errors, open_page, run_until, tables, told, write_movielens


def test_a_workflow_is_made_and_films_that_arrive_become_a_solution_version(
    monkeypatch: pytest.MonkeyPatch, bare: Endpoint, tmp_path: Path
) -> None:
    monkeypatch.setenv("MARQUEE_MOVIELENS", str(write_movielens(tmp_path / "films")))
    app = open_page("automation", monkeypatch, bare)
    assert not errors(app)
    app.selectbox(key="workflow.recipe").set_value("aws-popularity-count")
    app.slider(key="workflow.share").set_value(100)
    next(button for button in app.button if button.label == "Create the workflow").click().run()
    assert not errors(app)
    stack = tables(app, "resources of the workflow")[0]
    assert {"Glue job", "State machine", "Rule", "Dataset group", "Dataset", "Role", "Bucket"} == set(stack["Type"])
    parameters = tables(app, "parameters that the workflow")[0].set_index("Parameter")["Value"]
    assert parameters["RatingsResampleFraction"] == "1"
    assert "No run yet" in "".join(info.value for info in app.info)

    app.button(key="workflow.movielens").click().run()
    assert not errors(app)
    connection = Connection(endpoint=bare.url)

    def ended() -> bool:
        found = list_executions(connection)
        return bool(found) and found[0].status != RUNNING

    run_until(app, ended)
    app.run()
    assert not errors(app)
    assert list(tables(app, "runs of the workflow")[0]["Status"]) == ["Succeeded"]
    assert told(app).count("done in") == 4, "each stage tells how long it took"
    personalize = bare.client("personalize")
    solution = personalize.list_solutions()["solutions"][0]
    assert solution["name"] == "MoviesModel"
    versions = personalize.list_solution_versions(solutionArn=solution["solutionArn"])["solutionVersions"]
    assert [version["status"] for version in versions] == ["ACTIVE"]
    assert "EventBridge" in told(app)
