"""The stacks of ryankarlos/AWS-ML-services: their templates, unchanged, on an endpoint with their files on S3."""

from __future__ import annotations

from pathlib import Path

from clients.world import client

BUCKET = "recommendation-sample-data"
ARCHIVES = (
    "trigger_glue_personalize",
    "trigger_personalize_batch",
    "personalize_batch_transform",
    "trigger_personalize_realtime",
)


def bring_files(url: str, checkout: Path) -> None:
    """Make the bucket, and put the functions' archives and the state machine's definition where the templates look."""
    s3 = client(url, "s3")
    s3.create_bucket(Bucket=BUCKET)
    definition = checkout / "step_functions" / "personalize-definition.json"
    s3.upload_file(str(definition), BUCKET, "movie-lens/personalize-definition.json")
    for name in ARCHIVES:
        s3.upload_file(str(checkout / "lambdas" / f"{name}.zip"), BUCKET, f"movie-lens/lambda/{name}.zip")


def create_stack(url: str, name: str, template: Path, **parameters: str) -> list[str]:
    """Create a stack of a template and return its resources, "GlueJob AWS::Glue::Job"."""
    cloudformation = client(url, "cloudformation")
    given = [{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()]
    text = template.read_text(encoding="utf-8")
    cloudformation.create_stack(
        StackName=name, TemplateBody=text, Parameters=given, Capabilities=["CAPABILITY_NAMED_IAM"]
    )
    found = cloudformation.describe_stack_resources(StackName=name)["StackResources"]
    return [f"{resource['LogicalResourceId']} {resource['ResourceType']}" for resource in found]
