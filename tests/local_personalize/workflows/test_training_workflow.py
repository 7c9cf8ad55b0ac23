"""The fourth tutorial's training workflow: a file arrives on S3, a function starts a state machine, and that trains."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from data.schemas import schema
from tests.conftest import Endpoint
from tests.local_personalize.workflows.machine import BUCKET, JOB, OUT, definition
from tests.local_personalize.workflows.waiting import until
from tests.seeds.conftest import FIELDS, policy
from tests.seeds.worlds import movies_csv, watch_csv

RAW = "movie-lens/raw_data/input/"
STACK, MACHINE, FUNCTION = "Movies", "GlueETLPersonalizeTraining", "LambdaSFNTrigger"
SOURCE = """
import json, os
import boto3

def lambda_handler(event, context):
    key = event["Records"][0]["s3"]["object"]["key"]
    print("began with", key)
    sfn = boto3.client("stepfunctions")
    machines = {found["name"]: found["stateMachineArn"] for found in sfn.list_state_machines()["stateMachines"]}
    sfn.start_execution(stateMachineArn=machines[os.environ["SFN_NAME"]], input=os.environ["GIVEN"])
"""


def ratings_csv() -> str:
    """Return the interactions of the tutorials' world as ratings, one row of them twice, one of an unknown film."""
    rows = [line.split(",") for line in watch_csv().splitlines()[1:]]
    ratings = [f"{user},{item},4.0,{timestamp}" for user, item, timestamp, *_ in rows]
    return "\n".join(["userId,movieId,rating,timestamp", *ratings, ratings[0], "1,999999,5.0,1600000000"])


def provisioned(endpoint: Endpoint) -> None:
    """Make what the tutorial's stack makes, and let S3 tell the function of new files."""
    endpoint.client("s3").create_bucket(Bucket=BUCKET)
    given = personalize_resources(endpoint)
    endpoint.client("glue").create_job(
        Name=JOB,
        Role="arn:aws:iam::123456789012:role/glue",
        Command={"Name": "glueetl", "ScriptLocation": "s3://assets/script.py"},
        DefaultArguments={
            "--s3_input_path": f"s3://{BUCKET}/{RAW.rstrip('/')}",
            "--bucket": BUCKET,
            "--s3_output_prefix": OUT,
            "--ratings_resample_fraction": "1.0",
        },
    )
    endpoint.client("stepfunctions").create_state_machine(
        name=MACHINE, definition=definition(), roleArn="arn:aws:iam::123456789012:role/states"
    )
    arn = function(endpoint, {"SFN_NAME": MACHINE, "GIVEN": json.dumps(given)})
    rules = [{"Name": "prefix", "Value": RAW}, {"Name": "suffix", "Value": "ratings.csv"}]
    notified = {"LambdaFunctionArn": arn, "Events": ["s3:ObjectCreated:*"], "Filter": {"Key": {"FilterRules": rules}}}
    endpoint.client("s3").put_bucket_notification_configuration(
        Bucket=BUCKET, NotificationConfiguration={"LambdaFunctionConfigurations": [notified]}
    )


def personalize_resources(endpoint: Endpoint) -> dict[str, str]:
    """Make schema, dataset group, dataset and role as a stack; return the ARNs that it gives out."""
    fields = [field for field in FIELDS if field.name != "EVENT_TYPE"]
    trust = {"Effect": "Allow", "Principal": {"Service": "personalize.amazonaws.com"}, "Action": "sts:AssumeRole"}
    properties: dict[str, dict[str, Any]] = {
        "Personalize::Schema": {"Name": "RecommendSchema", "Schema": schema("Interactions", fields)},
        "Personalize::DatasetGroup": {"Name": "MoviesRecommendGroup"},
        "Personalize::Dataset": {
            "Name": "Recommend",
            "SchemaArn": {"Ref": "Schema"},
            "DatasetGroupArn": {"Ref": "DatasetGroup"},
            "DatasetType": "Interactions",
        },
        "IAM::Role": {
            "RoleName": "PersonalizeRole",
            "AssumeRolePolicyDocument": json.loads(policy(trust)),
            "ManagedPolicyArns": ["arn:aws:iam::aws:policy/AmazonS3FullAccess"],
        },
    }
    resources = {
        kind.split("::")[1]: {"Type": f"AWS::{kind}", "Properties": given} for kind, given in properties.items()
    }
    arns = {"DatasetGroupArn": "DatasetGroup", "DatasetArn": "Dataset"}
    outputs: dict[str, Any] = {name: {"Value": {"Ref": resource}} for name, resource in arns.items()}
    outputs["RoleArn"] = {"Value": {"Fn::GetAtt": ["Role", "Arn"]}}
    cloudformation = endpoint.client("cloudformation")
    template = json.dumps({"Resources": resources, "Outputs": outputs})
    cloudformation.create_stack(StackName=STACK, TemplateBody=template)
    told = cloudformation.describe_stacks(StackName=STACK)["Stacks"][0]["Outputs"]
    return {output["OutputKey"]: output["OutputValue"] for output in told}


def function(endpoint: Endpoint, variables: dict[str, str]) -> str:
    role = endpoint.client("iam").create_role(RoleName="functions", AssumeRolePolicyDocument=policy({}))["Role"]["Arn"]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("lambda_function.py", SOURCE)
    made = endpoint.client("lambda").create_function(
        FunctionName=FUNCTION, Runtime="python3.11", Role=role, Handler="lambda_function.lambda_handler", Timeout=60,
        Code={"ZipFile": packed.getvalue()}, Environment={"Variables": variables},
    )  # fmt: skip
    return str(made["FunctionArn"])


def executions(endpoint: Endpoint) -> list[dict[str, Any]]:
    """Return the executions of the state machine."""
    states = endpoint.client("stepfunctions")
    machines = states.list_state_machines()["stateMachines"]
    machine = next(one["stateMachineArn"] for one in machines if one["name"] == MACHINE)
    found: list[dict[str, Any]] = states.list_executions(stateMachineArn=machine)["executions"]
    return found


def logged(endpoint: Endpoint) -> list[str]:
    """Return what the function logged."""
    logs, group = endpoint.client("logs"), f"/aws/lambda/{FUNCTION}"
    if not logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"]:
        return []
    events = logs.filter_log_events(logGroupName=group)["events"]
    return [event["message"] for event in events]


def execution(endpoint: Endpoint, *statuses: str) -> dict[str, Any]:
    """Wait for an execution that ended so, and describe it."""
    found = until(lambda: next((one for one in executions(endpoint) if one["status"] in statuses), None))
    described: dict[str, Any] = endpoint.client("stepfunctions").describe_execution(executionArn=found["executionArn"])
    return described


def trained_what_arrived(endpoint: Endpoint) -> None:
    """Hold the one execution: it succeeded, trained the workflow's solution, and one file began it."""
    detail = execution(endpoint, "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED")
    assert detail["status"] == "SUCCEEDED", detail.get("cause")
    assert json.loads(detail["output"])["SolutionVersionArn"].rsplit("/", 1)[0].endswith("solution/MoviesModel")
    assert logged(endpoint) == [f"began with {RAW}ratings.csv".replace("/", "%2F")]


def wrote_what_was_watched(s3: Any) -> None:
    """Hold the files of the Glue job against the tutorials' world: each interaction and each film once."""
    header, *rows = lines(s3, "model_input/interactions.csv")
    assert header.replace('"', "") == "ITEM_ID,USER_ID,TIMESTAMP"
    wanted = {tuple(line.split(",")[:3]) for line in watch_csv().splitlines()[1:]}
    assert {(user, item, time) for item, user, time in (row.split(",") for row in rows)} == wanted
    assert len(rows) == len(wanted)
    header, *rows = lines(s3, "metadata/metadata.csv")
    assert header.replace('"', "") == "TITLE,GENRES,ITEM_ID"
    assert len(rows) == len({item for _, item, _ in wanted})


def lines(s3: Any, name: str) -> list[str]:
    """Return the lines that the Glue job wrote to a file."""
    written: str = s3.get_object(Bucket=BUCKET, Key=f"{OUT}/{name}")["Body"].read().decode()
    return written.splitlines()


def made_nothing_again(endpoint: Endpoint) -> None:
    """Hold an endpoint that came back: what it knew is there, and nothing was begun a second time."""
    assert executions(endpoint) == [], "executions are not kept, and what was notified before is not notified again"
    stacked = endpoint.client("cloudformation").describe_stack_resources(StackName=STACK)["StackResources"]
    assert len(stacked) == 4, "a stack is there again, and made nothing in Personalize a second time"
    endpoint.client("s3").put_object(Bucket=BUCKET, Key="elsewhere/ratings.csv", Body=b"")
    jobs = endpoint.client("personalize").list_dataset_import_jobs()["datasetImportJobs"]
    assert [job["jobName"] for job in jobs] == ["MoviesImportJob"]
    assert logged(endpoint) == []


def test_ratings_that_arrive_are_transformed_imported_and_trained_on(
    working: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    endpoint = working
    provisioned(endpoint)
    s3 = endpoint.client("s3")
    s3.put_object(Bucket=BUCKET, Key=f"{RAW}movies.csv", Body=movies_csv().encode())
    s3.put_object(Bucket=BUCKET, Key=f"{RAW}ratings.csv", Body=ratings_csv().encode())
    trained_what_arrived(endpoint)
    wrote_what_was_watched(s3)

    # Asked directly, the function waits for its own calls to the same endpoint; its second run finds the import taken.
    record = {"Records": [{"s3": {"object": {"key": "asked"}}}]}
    answer = endpoint.client("lambda").invoke(FunctionName=FUNCTION, Payload=json.dumps(record))
    assert "FunctionError" not in answer
    assert execution(endpoint, "FAILED")["error"] == "Personalize.ResourceAlreadyExistsException"

    endpoint.kill()
    monkeypatch.setenv("LOCAL_PERSONALIZE_LAMBDA", "run")
    endpoint.start()
    made_nothing_again(endpoint)


def test_functions_run_only_where_that_was_allowed(start_endpoint: Callable[[Path], Endpoint], data_dir: Path) -> None:
    endpoint = start_endpoint(data_dir)
    function(endpoint, {})
    answer = endpoint.client("lambda").invoke(FunctionName=FUNCTION, Payload=b"{}")
    assert answer["FunctionError"]
    assert "LOCAL_PERSONALIZE_LAMBDA=run" in json.load(answer["Payload"])["errorMessage"]


def test_a_glue_job_of_another_kind_fails_and_says_what_can_run(clients: Any) -> None:
    glue, name = clients.endpoint.client("glue"), clients.unique("job")
    glue.create_job(Name=name, Role="r", Command={"Name": "glueetl", "ScriptLocation": "s3://a/b.py"})
    run = glue.start_job_run(JobName=name)["JobRunId"]

    def ended() -> dict[str, Any] | None:
        found: dict[str, Any] = glue.get_job_run(JobName=name, RunId=run)["JobRun"]
        return found if found["JobRunState"] not in ("STARTING", "RUNNING") else None

    described = until(ended)
    assert described["JobRunState"] == "FAILED"
    assert "Spark" in described["ErrorMessage"]
