"""State machines: tasks take parameters as Step Functions spells them, and waits are short unless the pace is AWS's."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import partialmethod
from typing import Any

import botocore.session
from botocore.model import OperationModel
from moto.stepfunctions.parser.asl.component.common.payload.payloadvalue.payloadbinding.payload_binding import (
    PayloadBinding,
    PayloadBindingStringExpressionSimple,
    PayloadBindingValue,
)
from moto.stepfunctions.parser.asl.component.common.string.string_expression import StringJsonPath
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service import state_task_service_aws_sdk
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_aws_sdk import (
    StateTaskServiceAwsSdk,
)
from moto.stepfunctions.parser.asl.component.state.wait.wait_function.wait_function import WaitFunction
from moto.stepfunctions.parser.asl.eval.environment import Environment
from moto.stepfunctions.parser.asl.parse.preprocessor import Preprocessor
from moto.stepfunctions.parser.models import StepFunctionsParserBackend

from local_personalize import pace
from local_personalize.workflows.spelling import as_state_machines_spell, as_the_service_spells

LONGEST_WAIT = 0.5
"""Seconds of a Wait state where jobs are as fast as this machine; with the pace of AWS it waits as it says."""

ERROR_NAMES = {"glue": "Glue", "personalize": "Personalize"}
"""How state machines name a service in an error that they may catch: Personalize.ResourceInUseException."""


def install() -> None:
    """Let state machines of moto ask every service, in its own spelling, and wait briefly."""
    # Patched as Any: moto's types do not foresee it.
    waiting: Any = WaitFunction
    tasks: Any = StateTaskServiceAwsSdk
    grammar: Any = Preprocessor
    states: Any = StepFunctionsParserBackend
    waiting._wait_interval = partialmethod(_wait, waiting._wait_interval)
    tasks._normalise_parameters, tasks._normalise_response = _normalise_parameters, _normalise_response
    vars(state_task_service_aws_sdk)["_SERVICE_ERROR_NAMES"] |= ERROR_NAMES
    read_binding, start_as_named = grammar.visitPayload_binding_value, states.start_execution
    grammar.visitPayload_binding_value = lambda self, ctx: as_path(read_binding(self, ctx))
    states.start_execution = partialmethod(_start, start_as_named)


def _wait(self: Any, as_told: Callable[..., None], env: Environment, wait_seconds: int) -> None:
    if pace.pace() == pace.FAST:
        env.program_state_event.wait(min(wait_seconds, LONGEST_WAIT))  # moto's own waits whole seconds
    else:
        as_told(self, env, wait_seconds)


def _start(self: Any, as_named: Callable[..., Any], arn: str, name: str | None = None, *rest: Any) -> Any:
    """Start an execution; one that nobody named gets a name of its own, as on AWS."""
    return as_named(self, arn, name or str(uuid.uuid4()), *rest)


def as_path(binding: PayloadBindingValue) -> PayloadBinding:
    """Return a parameter such as "RoleArn.$" as the path that it is: moto's grammar takes this one name for a text."""
    if not binding.field.endswith(".$"):
        return binding
    value: Any = binding.payload_value
    path = StringJsonPath(json_path=value.val)
    return PayloadBindingStringExpressionSimple(field=binding.field.removesuffix(".$"), string_expression_simple=path)


def _normalise_parameters(self: StateTaskServiceAwsSdk, parameters: dict[str, Any], *_: object, **__: object) -> None:
    spelled = as_the_service_spells(parameters, _operation(self).input_shape)
    parameters.clear()
    parameters.update(spelled)


def _normalise_response(self: StateTaskServiceAwsSdk, response: Any, *_: object, **__: object) -> None:
    spelled = as_state_machines_spell(response, _operation(self).output_shape)
    response.clear()
    response.update(spelled)


def _operation(task: StateTaskServiceAwsSdk) -> OperationModel:
    model = botocore.session.get_session().get_service_model(task._get_boto_service_name())
    action = task.resource.api_action
    return model.operation_model(action[0].upper() + action[1:])
