"""Writes a call as a program and as a command, the way anybody could make it without this app."""

from __future__ import annotations

import json
import pprint
import shlex
from collections.abc import Mapping

from botocore import xform_name

from services.connection import Connection

_COMMANDS = {"s3": "s3api"}
"""What the AWS CLI calls a service, where boto3 calls it otherwise."""


def python_call(connection: Connection, service: str, operation: str, parameters: Mapping[str, object]) -> str:
    """Return a program that makes the call with boto3; operation is boto3's snake case name."""
    session = "boto3"
    where = ""
    if connection.is_local:
        where = f", endpoint_url={connection.endpoint!r},\n    aws_access_key_id='local', aws_secret_access_key='local'"
    elif connection.profile:
        session = f"boto3.Session(profile_name={connection.profile!r})"
    client = f"client = {session}.client({service!r}, region_name={connection.region!r}{where})"
    arguments = "".join(f"    {name}={_literal(value)},\n" for name, value in parameters.items())
    call = f"client.{operation}(\n{arguments})" if arguments else f"client.{operation}()"
    return f"import boto3\n\n{client}\nresponse = {call}\n"


def shell_call(connection: Connection, service: str, operation: str, parameters: Mapping[str, object]) -> str:
    """Return a command that makes the call with the AWS CLI."""
    words = ["aws", _COMMANDS.get(service, service), operation.replace("_", "-"), "--region", connection.region]
    if connection.endpoint:
        words = [
            "AWS_ACCESS_KEY_ID=local",
            "AWS_SECRET_ACCESS_KEY=local",
            *words,
            "--endpoint-url",
            connection.endpoint,
        ]
    words += ["--profile", connection.profile] if connection.profile else []
    for name, value in parameters.items():
        words += _option(xform_name(name, "-"), value)
    if operation == "get_object":
        words.append(str(parameters["Key"]).rpartition("/")[2])  # where the body goes
    return shlex.join(words)


def _option(name: str, value: object) -> list[str]:
    """Return an option as the AWS CLI reads it: truth values are flags, and a value may begin with a hyphen."""
    if isinstance(value, bool):
        return [f"--{name}" if value else f"--no-{name}"]
    text = value if isinstance(value, str) else json.dumps(value)
    return [f"--{name}={text}"] if text.startswith("-") else [f"--{name}", text]


def _literal(value: object) -> str:
    return pprint.pformat(value, width=90, sort_dicts=False).replace("\n", "\n    ")
