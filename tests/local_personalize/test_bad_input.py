"""Requests that no client sends: each gets a small error of AWS's within a second, and the endpoint's memory stays."""

from __future__ import annotations

import gzip
import http.client
import json
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import Endpoint

SIGNED = (
    "AWS4-HMAC-SHA256 Credential=testing/20260101/us-east-1/personalize/aws4_request, SignedHeaders=host, Signature=0"
)
MEGABYTE = 2**20
CREATE = "AmazonPersonalize.CreateDatasetGroup"


def ask(endpoint: Endpoint, body: bytes | Iterator[bytes], path: str = "/", **headers: str) -> tuple[int, str, bytes]:
    """Send one request; returns status, code and body."""
    connection = http.client.HTTPConnection("127.0.0.1", endpoint.port, timeout=30)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request("POST", path, body, {"Authorization": SIGNED, **named})
    response = connection.getresponse()
    content = response.read()
    connection.close()
    return response.status, response.getheader("x-amzn-errortype", ""), content


BODIES = {
    "deep": b'{"name":' * 10_000 + b"1" + b"}" * 10_000,
    "deep lists": b'{"name":' + b"[" * 10_000 + b"]" * 10_000 + b"}",
    "not a number": b'{"name": NaN}',
    "infinity": b'{"name": -Infinity}',
    "a member twice": b'{"name": "a", "name": "b"}',
    "not JSON": b"name=films",
    "XML": b"<CreateDatasetGroup/>",
    "bytes": bytes(range(256)),
    "cut off": b'{"name": "fil',
    "a list": b'["films"]',
    "a long number": b'{"name": ' + b"9" * 100_000 + b"}",
    "gzip": gzip.compress(json.dumps({"name": "films"}).encode()),
    "half a surrogate": b'{"name": "\\ud800"}',
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
@pytest.mark.parametrize("target", [CREATE, None], ids=["json", "rest"])
def test_a_body_that_is_no_request(endpoint: Endpoint, body: bytes, target: str | None) -> None:
    began = time.monotonic()
    named = {"X_Amz_Target": target} if target else {}
    encoded = {"Content_Encoding": "gzip"} if body.startswith(b"\x1f\x8b") else {}
    status, code, answer = ask(endpoint, body, "/" if target else "/events", **named, **encoded)
    assert (status, code) == (400, "InvalidInputException")
    assert json.loads(answer)["__type"] == code
    assert len(answer) < 2000
    assert time.monotonic() - began < 5  # a second on a machine that does nothing else


def test_a_hundred_megabytes_are_read_past(endpoint: Endpoint) -> None:
    before = _peak_megabytes(endpoint)
    chunk = b"x" * MEGABYTE
    for target in (CREATE, "AmazonPersonalize.CreateSchema"):
        body = (chunk for _ in range(100))
        status, code, _ = ask(endpoint, body, X_Amz_Target=target, Content_Length=str(100 * MEGABYTE))
        assert (status, code) == (400, "InvalidInputException")
    assert _peak_megabytes(endpoint) - before < 60


def _peak_megabytes(endpoint: Endpoint) -> float:
    status = Path(f"/proc/{endpoint.process.pid}/status")
    if not status.exists():
        pytest.skip("this system does not tell the memory of a process")
    found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text())
    assert found is not None
    return int(found[1]) / 1024


@pytest.mark.parametrize(
    "target",
    ["AmazonPersonalize.Nothing", "AmazonPersonalize.", "AmazonPersonalize.PutEvents", "Other.ListRecipes", "é"],
)
def test_an_unknown_target(endpoint: Endpoint, target: str) -> None:
    status, code, _ = ask(endpoint, b"{}", X_Amz_Target=target)
    assert (status, code) == (400, "UnknownOperationException")


@pytest.mark.parametrize("kind", ["text/html", "application/x-www-form-urlencoded", "", "multipart/form-data"])
def test_the_content_type_does_not_matter(endpoint: Endpoint, kind: str) -> None:
    status, _, answer = ask(endpoint, b"{}", X_Amz_Target="AmazonPersonalize.ListRecipes", Content_Type=kind)
    assert status == 200
    assert json.loads(answer)["recipes"]
