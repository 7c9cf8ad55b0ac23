"""Lets the prediction workflow of ryankarlos/AWS-ML-services run: python -m clients.prediction_workflow

CLIENTS_DIR names the checkout. Its template, functions and the script that asks S3 for notifications are unchanged, but
for the ending that the script waits for: .csv, where users.json comes. The function that writes transformed.parquet
imports awswrangler, as a layer of AWS has it: it must be installed where this runs.
Prints what came of users.json, the mails and a list in real time; the exit code is 0 where all of it came.
"""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

from clients.stacks import BUCKET, bring_files, create_stack
from clients.world import World, client, world

FOLDER = "movie-lens/batch"
INPUT, OUTPUT = f"{FOLDER}/input/users.json", f"{FOLDER}/results/inference/users.json.out"
PARQUET = f"{FOLDER}/results/inference/transformed.parquet"
NUM_RESULTS = 4
SECONDS = 120


def main() -> int:
    """Create the stack, bring users.json to S3, and wait for what comes of it."""
    checkout = Path(os.environ["CLIENTS_DIR"])
    os.environ["LOCAL_PERSONALIZE_LAMBDA"] = "run"
    with tempfile.TemporaryDirectory() as folder, world(Path(folder)) as filled:
        provision(filled, checkout)
        notify(filled, checkout)
        s3 = client(filled.url, "s3")
        s3.copy_object(Bucket=BUCKET, Key=INPUT, CopySource=f"{BUCKET}/users.json")
        wanted = {OUTPUT: result, "mail": mails, "real time": realtime}
        if importlib.util.find_spec("awswrangler") is None:
            print("transformed.parquet needs awswrangler, which is not installed")
            del wanted["mail"]
        return int(not all([reported(name, find, filled) for name, find in wanted.items()]))


def provision(filled: World, checkout: Path) -> None:
    """Create the stack of predictions from the world's solution version and campaign."""
    bring_files(filled.url, checkout)
    template = checkout / "cloudformation" / "personalize_predict.yaml"
    made = create_stack(
        filled.url, "PersonalizePredict", template,
        SolutionArn=filled.arns["version"], CampaignArn=filled.arns["campaign"], Email="you@example.com",
        NumResults=str(NUM_RESULTS), MoviesMetadataKey="movies.csv",
    )  # fmt: skip
    print("PersonalizePredict", *made, sep="\n  ")


def notify(filled: World, checkout: Path) -> None:
    """Let the script ask for notifications; then let users.json begin, and the topic hear of the parquet file."""
    script = checkout / "projects" / "personalize" / "put_notification_s3.py"
    command = [sys.executable, str(script), "--workflow", "predict"]
    subprocess.run(command, env=filled.environment, check=True)
    s3 = client(filled.url, "s3")
    asked = s3.get_bucket_notification_configuration(Bucket=BUCKET)
    for function in asked["LambdaFunctionConfigurations"]:
        for rule in function["Filter"]["Key"]["FilterRules"]:
            rule["Value"] = rule["Value"].replace(".csv", ".json")
    topic = client(filled.url, "sns").list_topics()["Topics"][0]["TopicArn"]
    parquet = {"Key": {"FilterRules": [{"Name": "suffix", "Value": ".parquet"}]}}
    told = {"TopicArn": topic, "Events": ["s3:ObjectCreated:*"], "Filter": parquet}
    configuration = {
        "LambdaFunctionConfigurations": asked["LambdaFunctionConfigurations"],
        "TopicConfigurations": [told],
    }
    s3.put_bucket_notification_configuration(Bucket=BUCKET, NotificationConfiguration=configuration)


def reported(name: str, find: Callable[[World], str], filled: World) -> bool:
    """Wait until something is there, print it, and tell whether it came."""
    limit = time.monotonic() + SECONDS
    while not (found := find(filled)) and time.monotonic() < limit:
        time.sleep(0.5)
    print(f"{name}:", found or "did not come", sep="\n")
    return bool(found)


def result(filled: World) -> str:
    """Return the first line of the batch job's output, of as many films as the stack asks for."""
    lines = content(filled, OUTPUT).splitlines()
    chosen = [json.loads(line)["output"]["recommendedItems"] for line in lines]
    return lines[0] if lines and all(len(films) == NUM_RESULTS for films in chosen) else ""


def mails(filled: World) -> str:
    """Return what the topic sent: that the function has ended, and that its file is there."""
    with urllib.request.urlopen(f"{filled.url}/_local/mail") as answer:
        texts = [mail["text"] for mail in json.load(answer)["mail"]]
    ended = [text for text in texts if '"condition": "Success"' in text]
    there = [text for text in texts if PARQUET.rpartition("/")[2] in text]
    return "\n".join([*ended, *there]) if ended and there else ""


def realtime(filled: World) -> str:
    """Return what the function behind the API answers when it is asked as an API without proxy asks it."""
    asked = json.dumps({"user_id": "1"})
    answer = client(filled.url, "lambda").invoke(FunctionName="LambdaRealTimeAPI", Payload=asked)
    told: dict[str, Any] = json.load(answer["Payload"])
    return str([item["itemId"] for item in told.get("itemList", [])] or "")


def content(filled: World, key: str) -> str:
    """Return an object's text, or "" where there is none yet."""
    s3 = client(filled.url, "s3")
    if not s3.list_objects_v2(Bucket=BUCKET, Prefix=key)["KeyCount"]:
        return ""
    return str(s3.get_object(Bucket=BUCKET, Key=key)["Body"].read().decode())


if __name__ == "__main__":
    sys.exit(main())
