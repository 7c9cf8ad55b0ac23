"""The state machine of the training workflow: transform ratings, import them, train a solution version.

It makes the calls of the fourth tutorial's state machine, and ends where that one would wait for ever: a job that
fails ends the execution, a name that is taken leads to another version of the same solution.
"""

from __future__ import annotations

from typing import Any

State = dict[str, Any]
PERSONALIZE = "arn:aws:states:::aws-sdk:personalize:"
FAILED = "Failed"
SECONDS = 15
"""Between two looks at a job."""


def definition(glue_job: str) -> dict[str, Any]:
    """Return the definition, for an input as services/workflow.py gives it."""
    states = {**_transform(glue_job), **_import(), **_solution(), **_version()}
    failed = {"Type": "Fail", "Error": "JobFailed", "Cause": "A job failed; its last answer is in the step before."}
    return {
        "Comment": "From ratings to a solution version",
        "StartAt": "Transform",
        "States": states | {FAILED: failed},
    }


def _transform(glue_job: str) -> dict[str, State]:
    begin = {
        "Resource": "arn:aws:states:::glue:startJobRun",
        "Parameters": {"JobName": glue_job},
        "ResultSelector": {"Id.$": "$.JobRunId"},
    }
    look = {
        "Resource": "arn:aws:states:::aws-sdk:glue:getJobRun",
        "Parameters": {"JobName": glue_job, "RunId.$": "$.Results.Id"},
        "ResultSelector": {"Id.$": "$.JobRun.Id", "Status.$": "$.JobRun.JobRunState"},
    }
    return _job("Transform", begin, look, ("SUCCEEDED", ("FAILED", "STOPPED", "TIMEOUT", "ERROR")), "Import")


def _import() -> dict[str, State]:
    begin = {
        "Resource": f"{PERSONALIZE}createDatasetImportJob",
        "Parameters": {
            "JobName.$": "States.Format('workflow-{}', $$.Execution.Name)",
            "DatasetArn.$": "$.DatasetArn",
            "DataSource": {"DataLocation.$": "$.S3input"},
            "RoleArn.$": "$.RoleArn",
        },
    }
    return _job("Import", begin, _look("DatasetImportJob"), ("ACTIVE", ("CREATE FAILED",)), "Create solution")


def _solution() -> dict[str, State]:
    create = {
        "Type": "Task",
        "Resource": f"{PERSONALIZE}createSolution",
        "Parameters": {
            "Name.$": "$.SolutionName",
            "DatasetGroupArn.$": "$.DatasetGroupArn",
            "RecipeArn.$": "$.RecipeArn",
            "PerformAutoTraining": False,
        },
        "ResultPath": "$.Results",
        # The second time it is there already.
        "Catch": [
            {
                "ErrorEquals": ["Personalize.ResourceAlreadyExistsException"],
                "ResultPath": "$.Results",
                "Next": "Train",
            }
        ],
        "Next": "Train",
    }
    return {"Create solution": create}


def _version() -> dict[str, State]:
    begin = {
        "Resource": f"{PERSONALIZE}createSolutionVersion",
        "Parameters": {"SolutionArn.$": "$.SolutionArn"},
    }
    states = _job("Train", begin, _look("SolutionVersion"), ("ACTIVE", ("CREATE FAILED",)), "Trained")
    return states | {"Trained": {"Type": "Succeed"}}


def _look(resource: str) -> State:
    """Return the state that describes a resource of Amazon Personalize."""
    arn = f"{resource}Arn"
    return {
        "Resource": f"{PERSONALIZE}describe{resource}",
        "Parameters": {f"{arn}.$": f"$.Results.{arn}"},
        "ResultSelector": {"Status.$": f"$.{resource}.Status", f"{arn}.$": f"$.{resource}.{arn}"},
    }


def _job(name: str, begin: State, look: State, ends: tuple[str, tuple[str, ...]], then: str) -> dict[str, State]:
    """Return the states that begin a job and look at it until it has ended, well or not."""
    good, bad = ends
    wait, poll, ended = f"Wait for {name.lower()}", f"Look at {name.lower()}", f"{name} ended?"
    task = {"Type": "Task", "ResultPath": "$.Results"}
    choices = [{"Variable": "$.Results.Status", "StringEquals": status, "Next": FAILED} for status in bad]
    choices.append({"Variable": "$.Results.Status", "StringEquals": good, "Next": then})
    return {
        name: {**task, **begin, "Next": wait},
        wait: {"Type": "Wait", "Seconds": SECONDS, "Next": poll},
        poll: {**task, **look, "Next": ended},
        ended: {"Type": "Choice", "Choices": choices, "Default": wait},
    }
