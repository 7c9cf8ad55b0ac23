"""Requests that no client sends: each gets a small error of AWS's within a second, and the endpoint's memory stays."""

from __future__ import annotations

import gzip
import http.client
import json
import re
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.conftest import Clients, Endpoint
from tests.local_personalize.operations.conftest import Ground, ground_for, schema_text

SIGNED = (
    "AWS4-HMAC-SHA256 Credential=testing/20260101/us-east-1/personalize/aws4_request, SignedHeaders=host, Signature=0"
)
MEGABYTE = 2**20
CREATE = "AmazonPersonalize.CreateDatasetGroup"


def ask(
    endpoint: Endpoint,
    body: bytes | Iterator[bytes],
    path: str = "/",
    *,
    method: str = "POST",
    signature: str = SIGNED,
    **headers: str,
) -> tuple[int, str, bytes]:
    """Send one request; returns status, code and body."""
    connection = http.client.HTTPConnection("127.0.0.1", endpoint.port, timeout=30)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    signed = {"Authorization": signature} if signature else {}
    connection.request(method, path, body, {**signed, **named})
    response = connection.getresponse()
    content = response.read()
    connection.close()
    return response.status, response.getheader("x-amzn-errortype", ""), content


@pytest.fixture(scope="module", autouse=True)
def awake(endpoint: Endpoint) -> None:
    """An endpoint that has answered once: its first answer waits until it has loaded."""
    ask(endpoint, b"{}", X_Amz_Target="AmazonPersonalize.ListRecipes")


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
@pytest.mark.parametrize("path", ["/", "/events", "/recommendations"])
def test_a_body_that_is_no_request(endpoint: Endpoint, body: bytes, path: str) -> None:
    began = time.monotonic()
    named = {"X_Amz_Target": CREATE} if path == "/" else {}
    encoded = {"Content_Encoding": "gzip"} if body.startswith(b"\x1f\x8b") else {}
    status, code, answer = ask(endpoint, body, path, **named, **encoded)
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


def test_chunks_are_put_together(endpoint: Endpoint) -> None:
    status, _, answer = ask(endpoint, iter([b'{"maxRes', b'ults": 1}']), X_Amz_Target="AmazonPersonalize.ListRecipes")
    assert status == 200
    assert len(json.loads(answer)["recipes"]) == 1


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "OPTIONS", "PATCH"])
def test_an_operation_is_asked_by_post_alone(endpoint: Endpoint, method: str) -> None:
    status, code, answer = ask(endpoint, b"{}", X_Amz_Target="AmazonPersonalize.ListRecipes", method=method)
    assert (status, code) == (400, "UnknownOperationException")
    assert f"not by {method}" in json.loads(answer)["message"]


@pytest.mark.parametrize("path", ["/events", "/recommendations", "/items"])
@pytest.mark.parametrize("signature", ["", "Basic eA==", SIGNED.replace("us-east-1", "%00")])
def test_a_request_without_a_fitting_signature_is_answered_alike(endpoint: Endpoint, path: str, signature: str) -> None:
    target = {} if signature != "Basic eA==" else {"X_Amz_Target": "AmazonPersonalize.CreateSchema"}
    status, code, _ = ask(endpoint, b"{}", path, signature=signature, **target)
    assert (status, code) == (400, "InvalidInputException")


@pytest.mark.parametrize("path", ["/nothing", "/bucket/key", "/%ff"])
def test_an_unsigned_request_to_no_operation_is_refused(endpoint: Endpoint, path: str) -> None:
    assert ask(endpoint, b"{}", path, signature="")[:2] == (400, "UnknownOperationException")


@pytest.mark.parametrize("length", [10_000, 60_000, 1_000_000])
def test_a_huge_header_is_read_or_refused(endpoint: Endpoint, length: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", endpoint.port, timeout=30)
    headers = {"Authorization": SIGNED, "X-Amz-Target": "AmazonPersonalize.ListRecipes", "X-Long": "x" * length}
    try:
        connection.request("POST", "/", b"{}", headers)
        assert connection.getresponse().status in (200, 400, 431)
    except (BrokenPipeError, ConnectionResetError, http.client.RemoteDisconnected):
        assert length > 60_000  # it is not read to its end
    finally:
        connection.close()
    assert ask(endpoint, b"{}", X_Amz_Target="AmazonPersonalize.ListRecipes")[0] == 200


@pytest.mark.parametrize("service", ["personalize", "s3"])
def test_slow_clients_keep_no_one_waiting(clients: Clients, service: str) -> None:
    slow = [socket.create_connection(("127.0.0.1", clients.endpoint.port)) for _ in range(64)]
    signed = SIGNED.replace("/personalize/", f"/{service}/")
    start = f"PUT /bucket/key HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: {signed}\r\n"
    for one in slow:
        one.sendall(f'{start}Content-Length: 1000\r\n\r\n{{"name'.encode())
    assert clients.personalize.list_recipes()["recipes"]
    assert "Buckets" in clients.s3.list_buckets()
    for one in slow:
        one.close()


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


PROPERTIES = {
    "cut off": '{"rating": ',
    "deep": "[" * 900,
    "not a number": '{"rating": NaN}',
    "infinite": '{"rating": 1e999}',
    "half a surrogate": '{"rating": "\\ud800"}',
    "a list": "[]",
    "a value of 300 digits more than a double": '{"eventValue": ' + "9" * 400 + "}",
    "a value that is a word": '{"eventValue": "five"}',
    "an item that is true": '{"itemId": true}',
    "an item without end": '{"itemId": "' + "x" * 257 + '"}',
}


@pytest.mark.parametrize("properties", PROPERTIES.values(), ids=PROPERTIES)
def test_properties_that_are_none_are_refused(tracked: tuple[Ground, str], properties: str) -> None:
    ground, tracking_id = tracked
    event = {"eventType": "watch", "sentAt": 1.6e9, "properties": properties}
    request = {"trackingId": tracking_id, "sessionId": "s", "userId": "u", "eventList": [event]}
    status, code, _ = ask(ground.clients.endpoint, json.dumps(request).encode(), "/events")
    assert (status, code) == (400, "InvalidInputException")


RECORDS = {
    "deep": "[" * 9000,
    "a year with a half": '{"genres": "a", "year": 1999.5}',
    "a year beyond 32 bits": '{"genres": "a", "year": 3000000000}',
    "a year of 400 digits": '{"genres": "a", "year": ' + "9" * 400 + "}",
    "genres of 1001 characters": '{"genres": "' + "x" * 1001 + '"}',
    "genres that are a list": '{"genres": ["a"]}',
    "no genres": "{}",
    "another column": '{"genres": "a", "colour": "red"}',
}


@pytest.mark.parametrize("properties", RECORDS.values(), ids=RECORDS)
def test_items_that_do_not_fit_the_schema_are_refused(tracked: tuple[Ground, str], properties: str) -> None:
    ground, _ = tracked
    dataset = f"{ground.group.replace(':dataset-group/', ':dataset/')}/ITEMS"
    request = {"datasetArn": dataset, "items": [{"itemId": "1", "properties": properties}]}
    status, code, _ = ask(ground.clients.endpoint, json.dumps(request).encode(), "/items")
    assert (status, code) == (400, "InvalidInputException")


@pytest.fixture(scope="module")
def tracked(shared_clients: Clients) -> tuple[Ground, str]:
    """A group with Interactions and Items, and the id of its tracker."""
    ground = ground_for(shared_clients)
    ground.dataset()
    ground.dataset("Items")
    tracker = ground.clients.personalize.create_event_tracker(name="t", datasetGroupArn=ground.group)
    return ground, tracker["trackingId"]


@pytest.mark.parametrize("kind", ["dataset_group", "schema"])
def test_of_many_who_take_a_name_at_once_one_gets_it(shared_clients: Clients, kind: str) -> None:
    name = shared_clients.unique("wanted")
    asked = {"name": name, **({"schema": schema_text("Users")} if kind == "schema" else {})}

    def take(_: int) -> str:
        body = json.dumps(asked).encode()
        target = f"AmazonPersonalize.Create{kind.title().replace('_', '')}"
        return ask(shared_clients.endpoint, body, X_Amz_Target=target)[1]

    with ThreadPoolExecutor(16) as threads:
        codes = sorted(threads.map(take, range(16)))
    assert codes == ["", *["ResourceAlreadyExistsException"] * 15]


FILES = {
    "nothing": (b"", "is empty"),
    "a header alone": (b"ITEM_ID,GENRES,YEAR\n", "no rows below its header"),
    "latin-1": ("ITEM_ID,GENRES,YEAR\n1,Comédie,1999\n".encode("latin-1"), "column GENRES is not in UTF-8"),
    "a latin-1 header": ("ITEM_ID,GENRÉS,YEAR\n".encode("latin-1"), "is not in UTF-8: row 1"),
    "a hundred thousand columns": (b",".join(b"C%d" % one for one in range(100_000)), "missing the following columns"),
    "one endless line": (b"x" * 3_000_000, "is not a valid CSV file: field larger"),
    "zeros": (bytes(10_000), "missing the following columns"),
    "gzip": (gzip.compress(b"ITEM_ID,GENRES,YEAR\n1,a,1\n"), "is not in UTF-8"),
    "an open quote": (b'ITEM_ID,GENRES,YEAR\n1,"a,1\n', "row 2, has 2 columns"),
}


@pytest.mark.parametrize(("body", "reason"), FILES.values(), ids=FILES)
def test_a_file_that_is_no_csv_fails_with_a_reason(tracked: tuple[Ground, str], body: bytes, reason: str) -> None:
    ground, _ = tracked
    dataset = f"{ground.group.replace(':dataset-group/', ':dataset/')}/ITEMS"
    ended = ground.imported(dataset, body)
    assert ended["status"] == "CREATE FAILED"
    assert reason in ended["failureReason"]
    assert len(ended["failureReason"]) < 1000


def test_what_vanishes_before_its_import_fails_with_a_reason(tracked: tuple[Ground, str]) -> None:
    ground, _ = tracked
    dataset = f"{ground.group.replace(':dataset-group/', ':dataset/')}/ITEMS"
    for location in (f"s3://{ground.bucket}/gone.csv", "s3://no-such-bucket/gone.csv"):
        ended = ground.ended(ground.start_import(dataset, location))
        assert ended["status"] == "CREATE FAILED"
        assert ended["failureReason"].startswith("Failed to create a data import job for ITEMS dataset.")
