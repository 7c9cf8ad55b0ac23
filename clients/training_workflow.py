"""Lets the training workflow of ryankarlos/AWS-ML-services run: python -m clients.training_workflow

Variables: CLIENTS_DIR names the checkout, MARQUEE_MOVIELENS a folder with movies.csv and ratings.csv. The templates of
CloudFormation, the state machine's definition, the function's code and the script that asks S3 for notifications are
theirs, unchanged.
Prints which states were entered; the exit code is 0 where all succeeded.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from clients.stacks import BUCKET, bring_files, create_stack
from clients.world import World, client, endpoint

RAW, STACK = "movie-lens/raw_data/input", "PersonalizeGlue"
SECONDS = 180


def main() -> int:
    """Provision, bring the ratings to S3, and wait for the execution that they start."""
    checkout, films = Path(os.environ["CLIENTS_DIR"]), Path(os.environ["MARQUEE_MOVIELENS"])
    os.environ["LOCAL_PERSONALIZE_LAMBDA"] = "run"
    with tempfile.TemporaryDirectory() as folder, endpoint(Path(folder)) as url:
        provision(url, checkout)
        # The films before S3 is asked for notifications: every file that comes later starts a run.
        client(url, "s3").upload_file(str(films / "movies.csv"), BUCKET, f"{RAW}/movies.csv")
        script = checkout / "projects" / "personalize" / "put_notification_s3.py"
        environment = World(url, Path(folder), {}).environment
        subprocess.run([sys.executable, str(script), "--workflow", "train"], env=environment, check=True)
        client(url, "s3").upload_file(str(films / "ratings.csv"), BUCKET, f"{RAW}/ratings.csv")
        return outcome(url)


def provision(url: str, checkout: Path) -> None:
    """Create the stacks of the repository, of whose ratings half are kept."""
    bring_files(url, checkout)
    templates = checkout / "cloudformation"
    create_stack(url, "RoleGlue", templates / "Roles" / "role-glue.yaml")
    made = create_stack(url, STACK, templates / "personalize_train.yaml", RatingsResampleFraction="0.5")
    print(STACK, *made, sep="\n  ")


def outcome(url: str) -> int:
    """Wait for the executions and the trainings that they began; print what happened."""
    states, personalize = client(url, "stepfunctions"), client(url, "personalize")
    machine = states.list_state_machines()["stateMachines"][0]["stateMachineArn"]
    limit = time.monotonic() + SECONDS
    found: list[dict[str, Any]] = []
    while time.monotonic() < limit and not (found and all(run["status"] != "RUNNING" for run in found)):
        time.sleep(1)
        found = states.list_executions(stateMachineArn=machine)["executions"]
    succeeded = [run for run in found if run["status"] == "SUCCEEDED"]
    for run in found:
        print(run["status"], *dict.fromkeys(entered(states, run["executionArn"])), sep="\n  ")
    statuses: list[str] = []
    while succeeded and time.monotonic() < limit and statuses[:1] not in (["ACTIVE"], ["CREATE FAILED"]):
        time.sleep(1)
        statuses = [version["status"] for version in personalize.list_solution_versions()["solutionVersions"]]
    print("solution versions:", statuses)
    return 0 if [run["status"] for run in found] == ["SUCCEEDED"] and statuses == ["ACTIVE"] else 1


def entered(states: Any, execution: str) -> list[str]:
    """Return the states of an execution in order."""
    events = states.get_execution_history(executionArn=execution)["events"]
    return [event["stateEnteredEventDetails"]["name"] for event in events if "stateEnteredEventDetails" in event]


if __name__ == "__main__":
    sys.exit(main())
