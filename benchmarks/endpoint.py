"""Prints what requests, imports and trainings cost here, beside their budgets: python -m benchmarks.endpoint

The data is MovieLens as data/movielens.py finds it, or `--rows N` synthetic interactions. Everything goes through
boto3, from another process, with one client; the last column is the measured value as a share of its budget.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
import numpy as np
import pandas as pd
from botocore.config import Config

from benchmarks.throughput import doing_nothing, per_second
from data.schemas import default_schema

ROOT = Path(__file__).parents[1]
REQUESTS = 400
MANY = 10_000
FINAL = ("ACTIVE", "CREATE FAILED", "CREATE STOPPED")
SCHEMA = default_schema("Interactions")


class Bench:
    """One fresh endpoint with one dataset group, and the table of what was measured."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.rows: list[tuple[str, str, str, str]] = []

    @contextmanager
    def endpoint(self) -> Iterator[None]:
        """Start the endpoint, and stop it at the end."""
        started = time.perf_counter()
        command = [sys.executable, "-m", "local_personalize", "--port", "0", "--data-dir", str(self.folder)]
        environment = {**os.environ, "LOCAL_PERSONALIZE_QUOTAS": json.dumps({"schema": 2 * MANY})}
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        line = process.stdout.readline()
        self.url = line.split(" at ")[1].split(" ")[0]
        with urllib.request.urlopen(f"{self.url}/_local/health") as answer:
            json.load(answer)
        self.record("start to health", time.perf_counter() - started, 2)
        try:
            yield
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(10)

    def client(self, service: str) -> Any:
        """Return a client of the endpoint."""
        return boto3.client(
            service,
            endpoint_url=self.url,
            region_name="us-east-1",
            aws_access_key_id="local",
            aws_secret_access_key="local",
            config=Config(retries={"max_attempts": 1}, s3={"addressing_style": "path"}),
        )

    def record(self, what: str, seconds: float, budget: float) -> None:
        """Add one line: seconds and budget in seconds."""
        self.rows.append((what, shown(seconds), shown(budget), f"{seconds / budget:.2f}"))
        print(f"{what:<88}{shown(seconds):>12}{shown(budget):>12}{seconds / budget:>9.2f}", flush=True)

    def rate(self, what: str, per_second: float) -> None:
        """Add one line: requests a second, beside the budget of 400."""
        self.record(f"{what} ({per_second:.0f} a second)", 1 / per_second, 1 / 400)

    def latency(self, what: str, request: Callable[[], object], budget: float, times: int = REQUESTS) -> float:
        """Measure one request many times; record its median and 99th percentile, return the latter in seconds."""
        taken = np.array([timed(request) for _ in range(times)])
        self.record(f"{what}, p50", float(np.quantile(taken, 0.5)), budget)
        self.record(f"{what}, p99", float(np.quantile(taken, 0.99)), budget)
        return float(np.quantile(taken, 0.99))


def timed(request: Callable[[], object]) -> float:
    """Return the seconds that a request takes."""
    started = time.perf_counter()
    request()
    return time.perf_counter() - started


def shown(seconds: float) -> str:
    """Return seconds for people."""
    return f"{seconds * 1000:.1f} ms" if seconds < 1 else f"{seconds:.2f} s"


def wait(describe: Callable[[], dict[str, Any]]) -> float:
    """Wait for a resource to be ACTIVE; returns the seconds that it took."""
    started = time.perf_counter()
    while (described := describe())["status"] not in FINAL:
        time.sleep(0.02)
    assert described["status"] == "ACTIVE", described.get("failureReason")
    return time.perf_counter() - started


def synthetic(rows: int) -> pd.DataFrame:
    """Return interactions with lognormal activity of mean 154 and Zipf-Mandelbrot items, in time order by user."""
    draw = np.random.default_rng(0)
    users = max(50, rows // 154)
    items = max(100, int(0.6 * users**0.95))
    activity = draw.lognormal(4.5, 1.0, users)
    weights = 1 / (np.arange(items) + 20.0) ** 1.1
    return pd.DataFrame(
        {
            "USER_ID": draw.choice(users, rows, p=activity / activity.sum()),
            "ITEM_ID": draw.choice(items, rows, p=weights / weights.sum()),
            "TIMESTAMP": np.sort(draw.integers(1_400_000_000, 1_600_000_000, rows)),
        }
    )


def import_interactions(bench: Bench, interactions: pd.DataFrame, budget: float) -> str:
    """Import the table; returns the dataset group's ARN."""
    personalize, s3, iam = bench.client("personalize"), bench.client("s3"), bench.client("iam")
    statement = {"Effect": "Allow", "Principal": {"Service": "personalize.amazonaws.com"}}
    s3.create_bucket(Bucket="bench")
    access = statement | {
        "Action": ["s3:GetObject", "s3:ListBucket"],
        "Resource": ["arn:aws:s3:::bench", "arn:aws:s3:::bench/*"],
    }
    s3.put_bucket_policy(Bucket="bench", Policy=json.dumps({"Version": "2012-10-17", "Statement": [access]}))
    trust = json.dumps({"Version": "2012-10-17", "Statement": [statement | {"Action": "sts:AssumeRole"}]})
    role = iam.create_role(RoleName="bench", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    body = interactions.to_csv(index=False).encode()
    s3.upload_fileobj(io.BytesIO(body), "bench", "interactions.csv")
    schema = personalize.create_schema(name="bench", schema=SCHEMA)["schemaArn"]
    group = str(personalize.create_dataset_group(name="bench")["datasetGroupArn"])
    dataset = personalize.create_dataset(
        name="bench", schemaArn=schema, datasetGroupArn=group, datasetType="INTERACTIONS"
    )["datasetArn"]
    job = personalize.create_dataset_import_job(
        jobName="bench", datasetArn=dataset, roleArn=role, dataSource={"dataLocation": "s3://bench/interactions.csv"}
    )["datasetImportJobArn"]
    took = wait(lambda: personalize.describe_dataset_import_job(datasetImportJobArn=job)["datasetImportJob"])
    bench.record(f"import {len(interactions):,} rows", took, budget)
    return group


def train(bench: Bench, group: str, name: str, recipe: str) -> Callable[[], dict[str, Any]]:
    """Start a training; returns how to describe it."""
    personalize = bench.client("personalize")
    solution = personalize.create_solution(
        name=name, datasetGroupArn=group, recipeArn=f"arn:aws:personalize:::recipe/{recipe}"
    )["solutionArn"]
    version = personalize.create_solution_version(solutionArn=solution)["solutionVersionArn"]
    return lambda: dict(personalize.describe_solution_version(solutionVersionArn=version)["solutionVersion"])


def measure(bench: Bench, interactions: pd.DataFrame, budgets: tuple[float, float]) -> None:
    """Import, train, deploy, ask, watch."""
    group = import_interactions(bench, interactions, budgets[0])
    personalize, runtime, events = (
        bench.client(name) for name in ("personalize", "personalize-runtime", "personalize-events")
    )
    describe = train(bench, group, "bench", "aws-user-personalization")
    bench.record("train and evaluate user-personalization", wait(describe), budgets[1])
    campaign = personalize.create_campaign(name="bench", solutionVersionArn=describe()["solutionVersionArn"])[
        "campaignArn"
    ]
    wait(lambda: personalize.describe_campaign(campaignArn=campaign)["campaign"])
    users = iter(np.random.default_rng(1).choice(interactions["USER_ID"].astype(str).to_numpy(), 100_000))
    ask = lambda: runtime.get_recommendations(campaignArn=campaign, userId=str(next(users)))  # noqa: E731
    describe_group = lambda: personalize.describe_dataset_group(datasetGroupArn=group)  # noqa: E731
    bench.latency("sts get_caller_identity, for comparison", bench.client("sts").get_caller_identity, 0.005)
    idle = {
        "describe": bench.latency("describe_dataset_group", describe_group, 0.005),
        "ask": bench.latency("get_recommendations", ask, 0.010),
    }
    training = train(bench, group, "another", "aws-user-personalization")
    while training()["status"] == "CREATE PENDING":
        time.sleep(0.02)
    bench.latency("describe_dataset_group while a model trains", describe_group, 2 * idle["describe"], 100)
    bench.latency("get_recommendations while a model trains", ask, 2 * idle["ask"], 100)
    tracker = personalize.create_event_tracker(name="bench", datasetGroupArn=group)["trackingId"]
    put = lambda: watch(events, tracker, next(users), interactions)  # noqa: E731
    bench.latency("put_events, one durable event", put, 0.010)
    wait(training)
    throughput(bench, campaign, interactions)
    pages(bench)


def throughput(bench: Bench, campaign: str, interactions: pd.DataFrame) -> None:
    """Let eight client processes ask at once: boto3's own pace first, then users new to the model, then known ones."""
    users = interactions["USER_ID"].astype(str).unique().tolist()
    example = bench.client("personalize-runtime").get_recommendations(campaignArn=campaign, userId=users[0])
    del example["ResponseMetadata"]
    with doing_nothing(example) as url:
        bench.rate("boto3 alone, 8 clients of a server that does nothing", per_second(url, campaign, users))
    for what in ("users asked for the first time mostly", "users asked for before"):
        bench.rate(f"get_recommendations, 8 clients, {what}", per_second(bench.url, campaign, users))


def pages(bench: Bench) -> None:
    """List ten thousand schemas in pages of a hundred."""
    personalize = bench.client("personalize")
    with ThreadPoolExecutor(8) as threads:
        create = lambda number: personalize.create_schema(name=f"s{number}", schema=SCHEMA)  # noqa: E731
        list(threads.map(create, range(MANY)))
    token: dict[str, str] = {}

    def page() -> None:
        answer = personalize.list_schemas(maxResults=100, **token)
        token.update({"nextToken": answer["nextToken"]} if "nextToken" in answer else {})

    bench.latency(f"a page of 100 of {MANY:,} schemas", page, 0.020, MANY // 100)


def watch(events: Any, tracker: str, user: str, interactions: pd.DataFrame) -> None:
    """Send one watch event of now."""
    item = str(interactions["ITEM_ID"].iat[0])
    event = {"eventType": "watch", "itemId": item, "sentAt": time.time()}
    events.put_events(trackingId=tracker, userId=user, sessionId=f"s-{user}", eventList=[event])


def main() -> None:
    """Run the benchmark."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows", type=int, help="synthetic interactions instead of MovieLens")
    rows = options.parse_args().rows
    if rows is None:
        from data import movielens

        found = movielens.find(os.environ.get("MARQUEE_MOVIELENS"), ROOT / ".cache" / "movielens")
        interactions = found.interactions[["USER_ID", "ITEM_ID", "TIMESTAMP"]]
        budgets = (60.0, 3.0)
    else:
        interactions = synthetic(rows)
        budgets = (60.0, 15.0 if rows <= 1_000_000 else 300.0)
    os.environ.pop("AWS_ENDPOINT_URL", None)
    print(f"{'what':<88}{'measured':>12}{'budget':>12}{'ratio':>9}")
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder) / "data")
        with bench.endpoint():
            measure(bench, interactions, budgets)


if __name__ == "__main__":
    main()
