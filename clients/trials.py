"""The clients, each unchanged: AWS's command line, AWS's JavaScript SDK, scripts and tests from other repositories."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from clients import javascript_examples, moto_tests, notebook_trials, sdks
from clients.outcomes import Outcome, tried
from clients.world import BUCKET, ROLE, ROOT, World

AWS, AWS_2 = ROOT / ".venv" / "awscli" / "bin" / "aws", Path("/usr/bin/aws")


@dataclass(frozen=True, slots=True)
class Checkouts:
    """Where clients from other repositories are; None where they are not."""

    movielens: str | None
    """A folder or zip of MovieLens, for the notebooks; else it is fetched."""
    scripts: Path | None
    """ryankarlos/AWS-ML-services"""
    moto_tests: Path | None
    """tests/test_personalize of getmoto/moto"""
    notebooks: Path | None
    """aws-samples/amazon-personalize-samples"""
    examples: Path | None
    """awsdocs/aws-doc-sdk-examples"""


def all_trials(world: World, checkouts: Checkouts) -> Iterator[Outcome]:
    """Try every client that is there."""
    yield from command_line(world, "awscli (PyPI)", AWS)
    yield from command_line(world, "awscli 2 (Debian)", AWS_2, "--endpoint-url", world.url)
    yield from sdks.trials(world)
    yield from javascript_examples.trials(world, checkouts.examples)
    yield from aws_ml_services(world, checkouts.scripts)
    yield from notebook_trials.trials(world, checkouts.notebooks, checkouts.movielens)
    yield from moto_tests.trials(world, checkouts.moto_tests)


def command_line(world: World, client: str, aws: Path, *options: str) -> Iterator[Outcome]:
    """Try AWS's command line; one older than AWS_ENDPOINT_URL gets the endpoint as an option."""
    arns = world.arns
    if not aws.exists():
        yield Outcome(client, "all", None, "not installed")
        return
    events = json.dumps([{"eventType": "watch", "itemId": "7", "sentAt": 1700000000}])
    for command in (
        "sts get-caller-identity",
        "personalize list-recipes --max-items 5",
        "personalize list-dataset-groups",
        f"personalize describe-schema --schema-arn {arns['schema']}",
        f"personalize describe-campaign --campaign-arn {arns['campaign']}",
        f"personalize get-solution-metrics --solution-version-arn {arns['version']}",
        f"personalize-runtime get-recommendations --campaign-arn {arns['campaign']} --user-id 1",
        f"personalize-events put-events --tracking-id {arns['tracking']} --session-id s --event-list {events!r}",
        f"s3 ls s3://{BUCKET}",
    ):
        words = [word.strip("'") for word in re.findall(r"'[^']*'|\S+", command)]
        yield tried(world, client, " ".join(words[:2]), [str(aws), *options, *words])


def aws_ml_services(world: World, checkout: Path | None) -> Iterator[Outcome]:
    """Try the scripts of a checkout of ryankarlos/AWS-ML-services."""
    client, arns = "ryankarlos/AWS-ML-services", world.arns
    if checkout is None:
        yield Outcome(client, "projects/personalize", None, "CLIENTS_DIR was not given")
        return
    jobs = f"--bucket {BUCKET} --batch_results_key results --role_name {ROLE} --movies_data_key movies.csv"
    config = '{"itemExplorationConfig": {"explorationWeight": "0.3", "explorationItemAgeCutOff": "30"}}'
    for trial, options in (
        (
            "import_dataset.py",
            f"--s3_input_path s3://{BUCKET}/interactions.csv --dataset_arn {arns['dataset']} --role_arn {arns['role']}",
        ),
        ("evaluate_solution.py", f"--solution_version_arn {arns['version']}"),
        ("deploy_solution.py", f"--sol_version_arn {arns['version']} --config {config!r}"),
        ("deploy_solution.py", f"--mode update --campaign_name {arns['campaign']} --sol_version_arn {arns['version']}"),
        ("recommendations.py", f"{jobs} --recommendation_mode realtime --campaign_arn {arns['campaign']} --user_id 1"),
        ("recommendations.py", f"{jobs} --batch_input_key users.json --job_name users --sol_arn {arns['version']}"),
        (
            "recommendations.py",
            f"{jobs} --recommendation_mode batch_segment --batch_input_key items.json --job_name items "
            f"--sol_arn {arns['segments']}",
        ),
    ):
        words = [word.strip("'") for word in re.findall(r"'[^']*'|\S+", options)]
        mode = [words[words.index(name) + 1] for name in ("--mode", "--recommendation_mode") if name in words]
        command = [sys.executable, trial, *words]
        yield tried(world, client, " ".join([trial, *mode]), command, checkout / "projects" / "personalize")
