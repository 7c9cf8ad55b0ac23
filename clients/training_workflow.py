"""Lets the training workflow of ryankarlos/AWS-ML-services run: python -m clients.training_workflow

Variables: CLIENTS_DIR names the checkout, MARQUEE_MOVIELENS a folder with movies.csv and ratings.csv. What its
CloudFormation stack would make is made here call by call; the state machine's definition, the function's code and the
script that asks S3 for notifications are theirs, unchanged.
Prints how each state went; the exit code is 0 where all succeeded.
"""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path
from typing import Any

from clients.world import World, client, endpoint

BUCKET, RAW = "recommendation-sample-data", "movie-lens/raw_data/input"
TRANSFORMED = "movie-lens/transformed"
MACHINE, FUNCTION, GLUE_JOB = "GlueETLPersonalizeTraining", "LambdaSFNTrigger", "Recommendation-movies-transform"
SECONDS = 180
FIELDS = (("USER_ID", "string"), ("ITEM_ID", "string"), ("TIMESTAMP", "long"))


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
    """Make what the stack of the repository makes, under its names."""
    client(url, "s3").create_bucket(Bucket=BUCKET)
    roles = {
        "PersonalizeRole": role(url, "PersonalizeRole", "personalize", "AmazonS3FullAccess"),
        "states": role(url, "StepFunctionGluePersonalize", "states", "AmazonS3FullAccess"),
        "lambda": role(url, "LambdaSFNTriggerRole", "lambda", "AWSStepFunctionsFullAccess"),
    }
    personalize = client(url, "personalize")
    fields = [{"name": name, "type": kind} for name, kind in FIELDS]
    avro = {"type": "record", "name": "Interactions", "namespace": "n", "fields": fields, "version": "1.0"}
    schema = personalize.create_schema(name="RecommendSchema", schema=json.dumps(avro))["schemaArn"]
    group = personalize.create_dataset_group(name="MoviesRecommendGroup")["datasetGroupArn"]
    dataset = personalize.create_dataset(
        name="Recommend", schemaArn=schema, datasetGroupArn=group, datasetType="Interactions"
    )["datasetArn"]
    arguments = {
        "--bucket": BUCKET,
        "--s3_input_path": f"s3://{BUCKET}/{RAW}",
        "--s3_output_prefix": TRANSFORMED,
        "--rating_repartition_number": "100",
        "--ratings_resample_fraction": "0.5",
    }
    command = {"Name": "glueetl", "ScriptLocation": "s3://aws-glue-assets/scripts/Personalize_Glue_Script.py"}
    client(url, "glue").create_job(Name=GLUE_JOB, Role=roles["states"], Command=command, DefaultArguments=arguments)
    definition = (checkout / "step_functions" / "personalize-definition.json").read_text()
    client(url, "stepfunctions").create_state_machine(name=MACHINE, definition=definition, roleArn=roles["states"])
    variables = {
        "SFN_NAME": MACHINE,
        "S3_INPUT": f"s3://{BUCKET}/{TRANSFORMED}/model_input/interactions.csv",
        "SOLUTION_ARN": "NONE",
        "SOLUTION_NAME": "MoviesModel",
        "DATASET_GROUP_ARN": group,
        "DATASET_ARN": dataset,
        "ROLE_ARN": roles["PersonalizeRole"],
        "RECIPE_ARN": "arn:aws:personalize:::recipe/aws-user-personalization",
    }
    code = (checkout / "lambdas" / "trigger_glue_personalize" / "lambda_function.py").read_text()
    client(url, "lambda").create_function(
        FunctionName=FUNCTION, Runtime="python3.9", Role=roles["lambda"], Handler="lambda_function.lambda_handler",
        Timeout=60, Code={"ZipFile": zipped(code)}, Environment={"Variables": variables},
    )  # fmt: skip


def role(url: str, name: str, service: str, policy: str) -> str:
    """Make a role for a service with one of AWS's policies."""
    statement = {"Effect": "Allow", "Principal": {"Service": f"{service}.amazonaws.com"}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam = client(url, "iam")
    made = iam.create_role(RoleName=name, AssumeRolePolicyDocument=document)["Role"]["Arn"]
    iam.attach_role_policy(RoleName=name, PolicyArn=f"arn:aws:iam::aws:policy/{policy}")
    return str(made)


def zipped(code: str) -> bytes:
    """Return a function's archive."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("lambda_function.py", code)
    return content.getvalue()


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
        print(run["status"], *entered(states, run["executionArn"]), sep="\n  ")
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
