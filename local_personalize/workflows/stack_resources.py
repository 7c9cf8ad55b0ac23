"""The kinds of resources that stacks of CloudFormation hold here beside moto's own: how each is made and removed."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable
from functools import partial
from typing import Any

from moto.apigateway.models import APIGatewayBackend, apigateway_backends
from moto.awslambda.exceptions import UnknownFunctionException
from moto.awslambda.models import LambdaBackend, lambda_backends
from moto.glue.models import GlueBackend, glue_backends
from moto.s3.models import s3_backends

from local_personalize.workflows.stack_kinds import PERSONALIZE, Kind, NotMadeError, Place, Properties

INVOKE_CONFIG = ("DestinationConfig", "MaximumRetryAttempts", "MaximumEventAgeInSeconds")


def make_glue_job(place: Place, properties: Properties) -> str:
    """Make a job of Glue, each of whose arguments is a text."""
    backend: GlueBackend = glue_backends[place.account][place.region]
    name = str(properties["Name"])
    if name in backend.jobs:
        raise NotMadeError(f"The Glue job {name} already exists")
    texts = {key: str(value) for key, value in properties.get("DefaultArguments", {}).items()}
    given = {**properties, "DefaultArguments": texts, "GlueVersion": str(properties.get("GlueVersion", "0.9"))}
    members = [member for member in inspect.signature(GlueBackend.create_job).parameters if member != "self"]
    make: Callable[..., None] = partial(backend.create_job)
    make(**{"tags": {}, **{member: given.get(member.title().replace("_", "")) for member in members}})
    return name


def remove_glue_job(place: Place, identity: str, _: Properties) -> None:
    """Remove a job of Glue."""
    glue_backends[place.account][place.region].delete_job(identity)


def machines(place: Place) -> Any:
    """Return the Step Functions of a region; its parser takes long to import."""
    from moto.stepfunctions.parser.models import stepfunctions_parser_backends

    return stepfunctions_parser_backends[place.account][place.region]


def make_machine(place: Place, properties: Properties) -> str:
    """Make a state machine, whose definition may lie on S3 and have gaps to fill."""
    text = properties.get("DefinitionString", "")
    if at := properties.get("DefinitionS3Location"):
        found = s3_backends[place.account]["aws"].get_object(at["Bucket"], at["Key"])
        if found is None:
            raise NotMadeError(f"There is no object s3://{at['Bucket']}/{at['Key']}")
        text = found.value.decode()
    for variable, value in properties.get("DefinitionSubstitutions", {}).items():
        text = text.replace(f"${{{variable}}}", str(value))
    tags = [{"key": tag["Key"], "value": tag["Value"]} for tag in properties.get("Tags", [])]
    made = machines(place).create_state_machine(properties["StateMachineName"], text, properties["RoleArn"], tags)
    return str(made.arn)


def machine_name(arn: str) -> str:
    """Return the name of a state machine."""
    return arn.rpartition(":")[2]


def remove_machine(place: Place, identity: str, _: Properties) -> None:
    """Remove a state machine."""
    machines(place).delete_state_machine(identity)


def make_invoke_config(place: Place, properties: Properties) -> str:
    """Say where it is told that a function, which was not waited for, has ended."""
    backend: LambdaBackend = lambda_backends[place.account][place.region]
    config = {name: properties[name] for name in INVOKE_CONFIG if name in properties}
    backend.get_function(properties["FunctionName"]).event_invoke_config.clear()
    backend.put_function_event_invoke_config(properties["FunctionName"], config)
    return f"{properties['FunctionName']}|{properties.get('Qualifier', '$LATEST')}"


def remove_invoke_config(place: Place, _: str, properties: Properties) -> None:
    """Take that back, where the function is still there."""
    try:
        lambda_backends[place.account][place.region].get_function(
            properties["FunctionName"]
        ).event_invoke_config.clear()
    except UnknownFunctionException:
        return


def gateway(place: Place) -> APIGatewayBackend:
    """Return the API Gateway of a region."""
    return apigateway_backends[place.account][place.region]


def make_method(place: Place, properties: Properties) -> str:
    """Make a method of an API with its integration, and the templates that it turns requests with."""
    api, resource, verb = (properties[name] for name in ("RestApiId", "ResourceId", "HttpMethod"))
    integration = properties.get("Integration", {})
    backend = gateway(place)
    backend.put_method(
        api, resource, verb, properties.get("AuthorizationType", "NONE"), properties.get("ApiKeyRequired"),
        request_parameters=properties.get("RequestParameters"),
        request_validator_id=properties.get("RequestValidatorId"),
    )  # fmt: skip
    backend.put_integration(
        api, resource, verb, integration.get("Type"), integration.get("Uri"), integration.get("IntegrationHttpMethod"),
        request_templates=integration.get("RequestTemplates"),
    )  # fmt: skip
    return f"{api}-{resource}-{verb}"


def make_deployment(place: Place, properties: Properties) -> str:
    """Deploy an API."""
    described, stage = properties.get("Description", ""), properties.get("StageName", "")
    return str(gateway(place).create_deployment(properties["RestApiId"], stage, described).id)


def make_stage(place: Place, properties: Properties) -> str:
    """Make a stage of an API."""
    gateway(place).create_stage(
        properties["RestApiId"], properties["StageName"], properties["DeploymentId"], properties.get("Variables"),
        properties.get("Description", ""), tracing_enabled=properties.get("TracingEnabled"),
    )  # fmt: skip
    return str(properties["StageName"])


def make_model(place: Place, properties: Properties) -> str:
    """Make a model of what an API takes or gives."""
    schema = json.dumps(properties.get("Schema", {}))
    content = properties.get("ContentType", "application/json")
    name = str(properties["Name"])
    gateway(place).create_model(properties["RestApiId"], name, content, properties.get("Description", ""), schema)
    return name


def make_validator(place: Place, properties: Properties) -> str:
    """Make a validator of an API's requests."""
    body, parameters = (properties.get(f"ValidateRequest{what}", False) for what in ("Body", "Parameters"))
    return str(
        gateway(place).create_request_validator(properties["RestApiId"], properties["Name"], body, parameters).id
    )


def of_gateway(name: str, named_by: str, make: Callable[[Place, Properties], str], kept: str) -> Kind:
    """Return a kind of API Gateway that an API keeps by its identity in a dict; it may be gone with its API."""

    def remove(place: Place, identity: str, properties: Properties) -> None:
        if api := gateway(place).apis.get(properties["RestApiId"]):
            vars(api)[kept].pop(identity, None)

    return Kind(f"AWS::ApiGateway::{name}", named_by, {}, make, remove)


def remove_method(place: Place, _: str, properties: Properties) -> None:
    """Remove a method, where its API is still there."""
    if api := gateway(place).apis.get(properties["RestApiId"]):
        api.resources[properties["ResourceId"]].delete_method(properties["HttpMethod"])


KINDS = (
    *PERSONALIZE,
    Kind("AWS::Glue::Job", "Name", {}, make_glue_job, remove_glue_job),
    Kind(
        "AWS::StepFunctions::StateMachine",
        "StateMachineName",
        {"Arn": str, "Name": machine_name},
        make_machine,
        remove_machine,
    ),
    Kind("AWS::Lambda::EventInvokeConfig", "", {}, make_invoke_config, remove_invoke_config),
    Kind("AWS::ApiGateway::Method", "", {}, make_method, remove_method),
    of_gateway("Deployment", "", make_deployment, "deployments"),
    of_gateway("Model", "Name", make_model, "models"),
    of_gateway("RequestValidator", "Name", make_validator, "request_validators"),
    of_gateway("Stage", "StageName", make_stage, "stages"),
)
