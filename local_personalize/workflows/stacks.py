"""Stacks of CloudFormation hold what moto's do not: Amazon Personalize's resources and those of its tutorials.

moto reads templates and keeps the stacks. What is added: lists after !GetAtt, the kinds
of stack_resources.py, and that nothing stays of a stack that could not be made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partialmethod
from typing import Any, ClassVar

import moto.logs.models  # noqa: F401 - moto finds the kinds of the services that are imported
import yaml
from botocore.exceptions import BotoCoreError, ClientError
from moto.apigateway.models import RestAPI, apigateway_backends
from moto.cloudformation import models, responses, utils
from moto.cloudformation.exceptions import ValidationError
from moto.core.common_models import CloudFormationModel
from moto.iam.models import Role, iam_backends

from local_personalize.workflows.events import Deliveries
from local_personalize.workflows.stack_kinds import Kind, NotMadeError, Place, Properties
from local_personalize.workflows.stack_resources import KINDS

REPLACING = (
    "CloudFormation cannot update a stack when a custom-named resource requires replacing. "
    "Rename {} and update the stack again."
)
NOT_MADE = (NotMadeError, ClientError, BotoCoreError, KeyError)


class StackResource:
    """A resource of a stack; a subclass for each kind."""

    kind: ClassVar[Kind]
    deliveries: ClassVar[Deliveries]

    def __init__(self, identity: str, properties: Properties) -> None:
        self.physical_resource_id, self.properties = identity, properties

    @classmethod
    def cloudformation_type(cls) -> str:
        """Return its name in templates."""
        return cls.kind.type

    @classmethod
    def cloudformation_name_type(cls) -> str:
        """Return the property that names it."""
        return cls.kind.name

    @classmethod
    def has_cfn_attr(cls, attr: str) -> bool:
        """Tell whether Fn::GetAtt may ask for an attribute."""
        return attr in cls.kind.attributes

    def get_cfn_attribute(self, attribute_name: str) -> str:
        """Return what Fn::GetAtt asks for."""
        if not self.has_cfn_attr(attribute_name):
            raise ValidationError(message=f"{self.kind.type} has no attribute {attribute_name}")
        return self.kind.attributes[attribute_name](self.physical_resource_id)

    def is_created(self) -> bool:
        """Tell that it is there: nothing here is made later."""
        return True

    @classmethod
    def create_from_cloudformation_json(
        cls, resource_name: str, cloudformation_json: Any, account_id: str, region_name: str, **_: Any
    ) -> StackResource:
        """Make the resource of a template."""
        properties = cls._properties(resource_name, cloudformation_json)
        with told():
            return cls(cls.kind.make(cls._place(account_id, region_name), properties), properties)

    @classmethod
    def update_from_cloudformation_json(
        cls, original_resource: StackResource, new_resource_name: str, cloudformation_json: Any,
        account_id: str, region_name: str,
    ) -> StackResource:  # fmt: skip
        """Make the resource anew where its properties changed."""
        properties = cls._properties(new_resource_name, cloudformation_json)
        if properties == original_resource.properties:
            return original_resource
        same_name = properties.get(cls.kind.name) == original_resource.properties.get(cls.kind.name)
        if same_name and not cls.kind.in_place:
            raise ValidationError(message=REPLACING.format(new_resource_name))
        original_resource.delete(account_id, region_name)
        return cls.create_from_cloudformation_json(new_resource_name, cloudformation_json, account_id, region_name)

    def delete(self, account_id: str, region_name: str) -> None:
        """Remove the resource."""
        with told():
            self.kind.remove(self._place(account_id, region_name), self.physical_resource_id, self.properties)

    @classmethod
    def _place(cls, account: str, region: str) -> Place:
        return Place(account, region, repeated=not cls.deliveries.is_open)

    @classmethod
    def _properties(cls, name: str, described: Any) -> dict[str, Any]:
        named = {cls.kind.name: name} if cls.kind.name else {}
        return {**named, **described["Properties"]}


def install(deliveries: Deliveries) -> None:
    """Let stacks of moto hold every kind; calls that are repeated after a restart make nothing in Personalize."""
    # moto reads templates with a loader whose tags !!python/... call any function of this process.
    yaml.Loader.yaml_multi_constructors = {}
    for module in (models, responses, utils):
        vars(module)["yaml_tag_constructor"] = short_form
    for kind in KINDS:
        # moto finds the direct subclasses of its model; of two of one type it takes the later.
        members = {"kind": kind, "deliveries": deliveries}
        type(kind.type.rpartition("::")[2], (StackResource, CloudFormationModel), members)
    api: Any = RestAPI
    api.delete = lambda self, account, region: apigateway_backends[account][region].delete_rest_api(self.id)
    role: Any = Role
    role.create_from_cloudformation_json = with_managed_policies(role.create_from_cloudformation_json)
    backend: Any = models.CloudFormationBackend
    backend.create_stack = partialmethod(whole_or_nothing, backend.create_stack)


def short_form(loader: yaml.Loader, tag: str, node: yaml.Node) -> dict[str, Any]:
    """Return the long form of a function's short form: !GetAtt A.B and !GetAtt [A, B] are {"Fn::GetAtt": [A, B]}."""
    value: Any
    if not tag.startswith("!"):
        raise ValidationError(message=f"Template format error: unknown tag {tag}")
    if isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    elif isinstance(node, yaml.MappingNode):
        value = loader.construct_mapping(node, deep=True)
    else:
        value = node.value.split(".", 1) if tag == "!GetAtt" else node.value
    return {tag[1:] if tag in ("!Ref", "!Condition") else f"Fn::{tag[1:]}": value}


def with_managed_policies(create: Callable[..., Role]) -> Any:
    """Return what makes a stack's role and attaches the managed policies that its template names."""

    def created(_: type, /, name: str, described: Any, account: str, region: str, **known: Any) -> Role:
        made = create(name, described, account, region, **known)
        for arn in described["Properties"].get("ManagedPolicyArns", []):
            if arn not in made.managed_policies:
                iam_backends[account]["aws"].attach_role_policy(arn, made.name)
        return made

    return classmethod(created)


def whole_or_nothing(self: Any, create: Callable[..., Any], name: str, *rest: Any, **known: Any) -> Any:
    """Make a stack; of one that cannot be made nothing stays, so that its name can be used again."""
    before = set(self.stacks)
    try:
        return create(self, name, *rest, **known)
    except Exception:
        for stack in set(self.stacks) - before:
            self.stacks.pop(stack).resource_map.delete()
        raise


@contextmanager
def told() -> Iterator[None]:
    """Tell what fails in the words of CloudFormation."""
    try:
        yield
    except NOT_MADE as failure:
        raise ValidationError(message=str(failure)) from failure
