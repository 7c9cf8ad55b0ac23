"""The clients, each unchanged: AWS's command line, AWS's JavaScript SDK, scripts and tests from other repositories."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from clients import javascript_examples
from clients.movielens import lay_out
from clients.outcomes import SECONDS, Outcome, npm_install, tried
from clients.world import BUCKET, ROLE, ROOT, World, endpoint
from data.movielens import find

AWS = ROOT / ".venv" / "awscli" / "bin" / "aws"
SDK = ("@aws-sdk/client-personalize", "@aws-sdk/client-personalize-runtime", "@aws-sdk/client-personalize-events")
NOTEBOOKS = (
    (
        "notebooks/1.Building_Your_First_Campaign",
        "notebooks/2.View_Campaign_And_Interactions",
        "notebooks/99.Cleanup",
    ),
    (
        "notebooks_managed_domains/Building_Your_First_Recommender_Video_On_Demand",
        "notebooks_managed_domains/Clean_Up_Resources",
    ),
)


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
    yield from command_line(world)
    yield javascript(world)
    yield from javascript_examples.trials(world, checkouts.examples)
    yield from aws_ml_services(world, checkouts.scripts)
    yield from notebooks(world, checkouts.notebooks, checkouts.movielens)
    yield from moto(world, checkouts.moto_tests)


def command_line(world: World) -> Iterator[Outcome]:
    """Try PyPI's awscli."""
    arns, client = world.arns, "awscli (PyPI)"
    if not AWS.exists():
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
        yield tried(world, client, " ".join(words[:2]), [str(AWS), *words])


def javascript(world: World) -> Outcome:
    """Try AWS's SDK for JavaScript, installed from npm into a folder of its own."""
    client = "AWS SDK for JavaScript v3 (npm)"
    if shutil.which("npm") is None or shutil.which("node") is None:
        return Outcome(client, "personalize.mjs", None, "no Node.js here")
    folder = world.folder / "javascript"
    folder.mkdir()
    if not npm_install(folder, *SDK):
        return Outcome(client, "personalize.mjs", None, "npm cannot install it here")
    shutil.copy(ROOT / "clients" / "personalize.mjs", folder)
    return tried(world, client, "personalize.mjs", ["node", "personalize.mjs", json.dumps(world.arns)], folder)


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


def notebooks(world: World, checkout: Path | None, movielens: str | None) -> Iterator[Outcome]:
    """Try the notebooks of a checkout of aws-samples/amazon-personalize-samples, those of one story in a row."""
    client = "aws-samples/amazon-personalize-samples"
    if checkout is None:
        yield Outcome(client, "getting_started", None, "SAMPLES_DIR was not given")
        return
    folder = world.folder / "notebooks"
    lay_out(find(movielens, world.folder / "movielens"), folder)
    for names in NOTEBOOKS:
        files = [str(checkout.resolve() / "getting_started" / f"{name}.ipynb") for name in names]
        command = [sys.executable, str(ROOT / "clients" / "notebooks.py"), *files]
        yield tried(world, client, ", ".join(name.rsplit("/", 1)[-1] for name in names), command, folder)


def moto(world: World, tests: Path | None) -> Iterator[Outcome]:
    """Try moto's own tests of Personalize in moto's server mode, each on an endpoint of its own: moto would reset."""
    client = "moto's tests (getmoto/moto)"
    if tests is None:
        yield Outcome(client, "tests/test_personalize", None, "MOTO_TESTS was not given")
        return
    collected = _pytest(world, world.url, "--collect-only", str(tests.resolve()))
    for file, test in re.findall(r"(\w+\.py)::(\w+)$", collected, re.MULTILINE):
        with endpoint(world.folder / test) as url:
            told = _pytest(world, url, "-rA", "--tb=line", f"{tests.resolve() / file}::{test}")
        found = re.search(r"^(PASSED|FAILED|ERROR) \S*?::\w+(?: - (.*))?$", told, re.MULTILINE)
        yield Outcome(client, test, bool(found and found[1] == "PASSED"), (found and found[2]) or "")


def _pytest(world: World, url: str, *options: str) -> str:
    settings = {"TEST_SERVER_MODE": "true", "TEST_SERVER_MODE_ENDPOINT": url, "MOTO_CALL_RESET_API": "false"}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *options],
        cwd=world.folder,
        env={**world.environment, **settings, "COLUMNS": "400"},
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS,
    )
    return done.stdout
