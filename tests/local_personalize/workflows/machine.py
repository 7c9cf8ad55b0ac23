"""The state machine of the fourth tutorial: a Glue job, an import job, a solution and a solution version."""

from __future__ import annotations

import json
from typing import Any

BUCKET, OUT = "recommendation-sample-data", "movie-lens/transformed"
JOB = "Recommendation-movies-transform"
TASK = "arn:aws:states:::aws-sdk:personalize:"
TRAINING = {
    "Solution": {
        "Type": "Task",
        "Resource": f"{TASK}createSolution",
        "Parameters": {
            "Name": "MoviesModel",
            "DatasetGroupArn.$": "$.DatasetGroupArn",
            "RecipeArn": "arn:aws:personalize:::recipe/aws-popularity-count",
            "PerformHPO": "false",
        },
        "ResultPath": "$.Results",
        "Next": "Version",
    },
    "Version": {
        "Type": "Task",
        "Resource": f"{TASK}createSolutionVersion",
        "Parameters": {"SolutionArn.$": "$.Results.SolutionArn"},
        "End": True,
    },
}


def polled(begin: dict[str, Any], poll: dict[str, Any], ended: str, then: str) -> dict[str, Any]:
    """Return the four states of a job that is begun and asked for until it has ended."""
    name = begin.pop("Name")
    return {
        name: {"Type": "Task", "ResultPath": "$.Results", "Next": f"Wait for {name}", **begin},
        f"Wait for {name}": {"Type": "Wait", "Seconds": 30, "Next": f"Poll {name}"},
        f"Poll {name}": {"Type": "Task", "ResultPath": "$.Results", "Next": f"{name} ended?", **poll},
        f"{name} ended?": {
            "Type": "Choice",
            "Choices": [{"Variable": "$.Results.Status", "StringEquals": ended, "Next": then}],
            "Default": f"Wait for {name}",
        },
    }


def definition() -> str:
    """Return the state machine: transform, import, and train a solution of its own."""
    return json.dumps({"StartAt": "Transform", "States": {**transforming(), **importing(), **TRAINING}})


def transforming() -> dict[str, Any]:
    return polled(
        {
            "Name": "Transform",
            "Resource": "arn:aws:states:::glue:startJobRun",
            "Parameters": {"JobName": JOB, "MaxCapacity": 4},
            "ResultSelector": {"Id.$": "$.JobRunId"},
        },
        {
            "Resource": "arn:aws:states:::aws-sdk:glue:getJobRun",
            "Parameters": {"JobName": JOB, "RunId.$": "$.Results.Id"},
            "ResultSelector": {"Id.$": "$.JobRun.Id", "Status.$": "$.JobRun.JobRunState"},
        },
        "SUCCEEDED",
        "Import",
    )


def importing() -> dict[str, Any]:
    return polled(
        {
            "Name": "Import",
            "Resource": f"{TASK}createDatasetImportJob",
            "Parameters": {
                "JobName": "MoviesImportJob",
                "DatasetArn.$": "$.DatasetArn",
                "DataSource": {"DataLocation": f"s3://{BUCKET}/{OUT}/model_input/interactions.csv"},
                "RoleArn.$": "$.RoleArn",
            },
        },
        {
            "Resource": f"{TASK}describeDatasetImportJob",
            "Parameters": {"DatasetImportJobArn.$": "$.Results.DatasetImportJobArn"},
            "ResultSelector": {
                "Status.$": "$.DatasetImportJob.Status",
                "DatasetImportJobArn.$": "$.DatasetImportJob.DatasetImportJobArn",
            },
        },
        "ACTIVE",
        "Solution",
    )
