"""The clients, each unchanged: AWS's command line, AWS's JavaScript SDK, scripts and tests from other repositories."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from clients.world import BUCKET, ROLE, ROOT, World, endpoint

AWS = ROOT / ".venv" / "awscli" / "bin" / "aws"
SDK = ("@aws-sdk/client-personalize", "@aws-sdk/client-personalize-runtime", "@aws-sdk/client-personalize-events")
SECONDS = 300


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one trial of a client came to; passed is None where it could not be tried."""

    client: str
    trial: str
    passed: bool | None
    note: str


def all_trials(world: World, scripts: Path | None, moto_tests: Path | None) -> Iterator[Outcome]:
    """Try every client that is there."""
    yield from command_line(world)
    yield javascript(world)
    yield from aws_ml_services(world, scripts)
    yield from moto(world, moto_tests)


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
        yield _tried(world, client, " ".join(words[:2]), [str(AWS), *words])


def javascript(world: World) -> Outcome:
    """Try AWS's SDK for JavaScript, installed from npm into a folder of its own."""
    client, npm = "AWS SDK for JavaScript v3 (npm)", shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        return Outcome(client, "personalize.mjs", None, "no Node.js here")
    folder = world.folder / "javascript"
    folder.mkdir()
    install = [npm, "install", "--silent", "--no-audit", "--no-fund", *SDK]
    installed = subprocess.run(install, cwd=folder, capture_output=True, text=True, check=False, timeout=SECONDS)
    if installed.returncode:
        return Outcome(client, "personalize.mjs", None, "npm cannot install it here")
    shutil.copy(ROOT / "clients" / "personalize.mjs", folder)
    return _tried(world, client, "personalize.mjs", ["node", "personalize.mjs", json.dumps(world.arns)], folder)


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
        yield _tried(world, client, " ".join([trial, *mode]), command, checkout / "projects" / "personalize")


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


def _tried(world: World, client: str, trial: str, command: Sequence[str], folder: Path | None = None) -> Outcome:
    done = subprocess.run(
        command,
        cwd=folder or world.folder,
        env=world.environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS,
    )
    return Outcome(client, trial, done.returncode == 0, "" if done.returncode == 0 else _last_line(done.stderr))


def _last_line(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip()]
    return lines[-1].replace(os.fspath(ROOT), ".")[:200] if lines else "no output"
