"""Requests drawn from botocore's shapes, about resources that are there or might be, and sent past boto3's checks."""

from __future__ import annotations

import http.client
import json
import os
import re
from dataclasses import dataclass
from typing import Any

from botocore.model import ListShape, MapShape, OperationModel, Shape, StructureShape
from hypothesis import strategies as st

from tests.conftest import Endpoint
from tests.local_personalize.operations.conftest import FIELDS, schema_text
from tests.local_personalize.shapes import FITTING

EXAMPLES = int(os.environ.get("CONFORMANCE_EXAMPLES", "12"))
"""Requests that are drawn for each operation."""

SIGNED = "AWS4-HMAC-SHA256 Credential=t/20260101/{}/personalize/aws4_request, SignedHeaders=host, Signature=0"
KNOWN: dict[str, list[str]] = {
    "schema": [schema_text(kind) for kind in FIELDS],
    "datasetType": ["Interactions", "ITEMS", "users"],
    "filterExpression": [
        'EXCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ("*")',
        "INCLUDE ItemID WHERE Items.GENRES IN ($G)",
        "EXCLUDE UserID WHERE Users.AGE < 18",
    ],
    "properties": ["{}", '{"genres": "Comedy"}', '{"age": 7}', '{"year": null, "genres": "a|b"}'],
    "itemId": ["action-1", "comedy-2"],
    "userId": ["u1", "u2"],
    "value": ["2000-01-01", "7"],
    "expression": ["SAMPLECOUNT()", "SUM(Items.YEAR)"],
}
"""Texts that mean something, by the member that they are for."""

LETTERS = st.text("abcdefghijklmnopqrstuvwxyzABCXYZ0123456789", min_size=1, max_size=12)


def sent(endpoint: Endpoint, operation: OperationModel, request: Any, region: str) -> tuple[int, str, dict[str, Any]]:
    """Send a request past boto3's own checks; returns status, code and body."""
    headers = {"Authorization": SIGNED.format(region)}
    if operation.metadata["protocol"] == "json":
        headers["X-Amz-Target"] = f"AmazonPersonalize.{operation.name}"
    connection = http.client.HTTPConnection("127.0.0.1", endpoint.port, timeout=30)
    connection.request("POST", operation.http["requestUri"], json.dumps(request), headers)
    response = connection.getresponse()
    content = response.read()
    connection.close()
    return response.status, response.getheader("x-amzn-errortype", ""), json.loads(content) if content else {}


@dataclass(frozen=True, slots=True)
class World:
    """A region with ARNs of what is there or might be, and ids of event trackers."""

    region: str
    arns: list[str]
    trackers: list[str]

    def arns_for(self, member: str) -> list[str]:
        """Return the ARNs that a member such as solutionVersionArn is meant for; all where there is none."""
        kind = re.sub("([A-Z])", r"-\1", member.removesuffix("Arn")).lower()
        return [arn for arn in self.arns if kind_of(arn) == kind] or self.arns


def kind_of(arn: str) -> str:
    """Return the resource type of an ARN, or '' where it has none; a version's kind is solution-version."""
    kind, *names = arn.split(":", 5)[-1].split("/")
    return "" if not names else "solution-version" if kind == "solution" and len(names) == 2 else kind


def drawn(shape: Shape, world: World, member: str = "") -> st.SearchStrategy[Any]:
    """Return the requests that a shape allows, most of them about something that is there."""
    if isinstance(shape, StructureShape):
        members = {name: drawn(inner, world, name) for name, inner in shape.members.items()}
        required = {name: members.pop(name) for name in shape.required_members}
        return st.fixed_dictionaries(required, optional=members)
    if isinstance(shape, ListShape):
        low = shape.metadata.get("min", 0)
        high = min(shape.metadata.get("max", 3), low + 2)
        return st.lists(drawn(shape.member, world, member), min_size=low, max_size=high)
    if isinstance(shape, MapShape):
        return st.dictionaries(LETTERS, drawn(shape.value, world, member), max_size=2)
    return _scalar(shape, world, member)


def _scalar(shape: Shape, world: World, member: str) -> st.SearchStrategy[Any]:
    rules = shape.metadata
    if "enum" in rules:
        return st.sampled_from(rules["enum"])
    if shape.name in FITTING:
        return st.just(FITTING[shape.name])
    if "personalize" in rules.get("pattern", ""):
        return st.sampled_from(world.arns_for(member)) | st.sampled_from(world.arns)
    if shape.type_name == "string":
        known = KNOWN.get(member, []) + (world.trackers if member == "trackingId" else [])
        return st.sampled_from(known) | _text(rules) if known else _text(rules)
    if shape.type_name == "boolean":
        return st.booleans()
    if shape.type_name in ("integer", "long"):
        return st.integers(rules.get("min", 0), rules.get("max", 2**31 - 1))
    return st.floats(0, 2e9, width=32)


def _text(rules: dict[str, Any]) -> st.SearchStrategy[str]:
    return LETTERS if "pattern" in rules else LETTERS | st.text(max_size=5).filter(lambda text: text.isprintable())
