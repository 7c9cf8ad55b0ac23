"""The endpoint as a process: it starts, says where it is, answers its own machine alone, and leaves cleanly."""

from __future__ import annotations

import asyncio
import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from local_personalize import parents
from local_personalize.front import is_loopback
from tests.conftest import ROOT, Clients, Endpoint
from tests.local_personalize.operations.conftest import schema_text

SIGNED = (
    "AWS4-HMAC-SHA256 Credential=testing/20260101/{region}/personalize/aws4_request, SignedHeaders=host, Signature=0"
)


def send(
    endpoint: Endpoint, method: str, path: str, body: bytes = b"", **headers: str
) -> tuple[int, dict[str, str], bytes]:
    """Send one request as it is; header names have underscores for hyphens."""
    with closing(http.client.HTTPConnection("127.0.0.1", endpoint.port, timeout=60)) as connection:
        connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
        response = connection.getresponse()
        content = response.read()
        return response.status, {name.lower(): value for name, value in response.getheaders()}, content


def run(*options: str) -> subprocess.CompletedProcess[str]:
    """Run the command to its end."""
    command = [sys.executable, "-m", "local_personalize", *options]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=20, check=False)


def test_health_names_process_and_data(endpoint: Endpoint) -> None:
    status, _, body = send(endpoint, "GET", "/_local/health")
    health = json.loads(body)
    assert status == 200
    assert health["status"] == "ok"
    assert (health["pid"], health["data"]) == (endpoint.process.pid, str(endpoint.data))


def test_server_json_names_the_process(endpoint: Endpoint) -> None:
    announced = json.loads((endpoint.data / "server.json").read_text())
    assert (announced["pid"], announced["port"]) == (endpoint.process.pid, endpoint.port)


def test_arns_carry_the_region_that_was_signed_for(endpoint: Endpoint, clients: Clients) -> None:
    schema = schema_text("Interactions")
    west = endpoint.client("personalize", "us-west-2")
    arn = west.create_schema(name=clients.unique("films"), schema=schema)["schemaArn"]
    assert arn.startswith("arn:aws:personalize:us-west-2:123456789012:schema/films")
    assert west.describe_schema(schemaArn=arn)["schema"]["schema"] == schema


def test_boto3_sees_typed_errors_with_a_request_id(clients: Clients) -> None:
    missing = "arn:aws:personalize:us-east-1:123456789012:schema/none"
    with pytest.raises(clients.personalize.exceptions.ResourceNotFoundException) as refused:
        clients.personalize.describe_schema(schemaArn=missing)
    assert refused.value.response["Error"]["Code"] == "ResourceNotFoundException"
    assert missing in refused.value.response["Error"]["Message"]
    assert len(refused.value.response["ResponseMetadata"]["RequestId"]) == 36


def test_a_malformed_body_is_the_clients_fault(endpoint: Endpoint) -> None:
    headers = {"Authorization": SIGNED.format(region="us-east-1"), "X_Amz_Target": "AmazonPersonalize.ListSchemas"}
    for body in (b"{", b"[]", b'{"a":' * 50_000, b" " * 3_000_000):
        status, answered, _ = send(endpoint, "POST", "/", body, **headers)
        assert (status, answered["x-amzn-errortype"]) == (400, "InvalidInputException")


def test_a_target_is_enough_to_be_understood(endpoint: Endpoint) -> None:
    status, headers, body = send(endpoint, "POST", "/", b"{}", X_Amz_Target="AmazonPersonalize.ListRecipes")
    assert (status, headers["content-type"]) == (200, "application/x-amz-json-1.1")
    assert json.loads(body)["recipes"]


def test_an_unknown_path_of_the_runtime_is_refused(endpoint: Endpoint) -> None:
    status, headers, _ = send(endpoint, "POST", "/nothing", b"{}", Authorization=SIGNED.format(region="us-east-1"))
    assert (status, headers["x-amzn-errortype"]) == (400, "UnknownOperationException")


@pytest.mark.parametrize(
    "headers",
    [{"Host": "attacker.example"}, {"Host": "127.0.0.1.attacker.example:80"}, {"Origin": "https://attacker.example"}],
)
def test_other_hosts_and_origins_are_refused(endpoint: Endpoint, headers: dict[str, str]) -> None:
    status, answered, _ = send(endpoint, "GET", "/_local/health", **headers)
    assert status == 403
    assert "access-control-allow-origin" not in answered


def test_no_other_site_may_read_what_moto_answers(endpoint: Endpoint) -> None:
    status, answered, _ = send(endpoint, "GET", "/", Origin="http://localhost:3000")
    assert status == 200
    assert "access-control-allow-origin" not in answered


@pytest.mark.parametrize(
    ("path", "wanted"), [("/events", "authorization,content-type"), ("/", "authorization,x-amz-target")]
)
def test_pages_of_this_machine_may_call_personalize_from_a_browser(endpoint: Endpoint, path: str, wanted: str) -> None:
    page = {"Origin": "http://localhost:3000"}
    asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": wanted}
    status, answered, _ = send(endpoint, "OPTIONS", path, b"", **page, **asked)
    assert (status, answered["access-control-allow-origin"]) == (200, "*")
    assert answered["access-control-allow-headers"].replace(" ", "") == wanted
    assert "POST" in answered["access-control-allow-methods"]
    signed = {"Authorization": SIGNED.format(region="us-east-1")}
    status, answered, _ = send(endpoint, "POST", "/events", b"{}", **signed, **page)
    assert (status, answered["access-control-allow-origin"]) == (400, "*")
    assert "x-amzn-errortype" in answered["access-control-expose-headers"]
    foreign = {"Origin": "https://attacker.example"}
    assert "access-control-allow-origin" not in send(endpoint, "OPTIONS", path, b"", **foreign, **asked)[1]


def test_motos_own_interface_is_closed(endpoint: Endpoint) -> None:
    assert send(endpoint, "POST", "/moto-api/reset")[0] == 400
    assert send(endpoint, "POST", "/moto-api/reset?all=1")[0] == 501  # a query might be for S3


@pytest.mark.parametrize(
    ("url", "here"),
    [
        ("http://localhost:8501", True),
        ("//films.localhost:4567", True),
        ("//[::1]:80", True),
        ("null", False),
        ("//0.0.0.0", False),
        ("//localhost.example", False),
        ("//[::1", False),
        ("", False),
    ],
)
def test_loopback_is_told_by_name(url: str, here: bool) -> None:
    assert is_loopback(url) is here


def test_sigterm_stops_cleanly_and_a_kill_does_not_block_the_next(
    start_endpoint: Callable[[Path], Endpoint], data_dir: Path
) -> None:
    alone = start_endpoint(data_dir)
    alone.kill()
    assert (data_dir / "server.json").exists()
    alone.start()
    began = time.monotonic()
    assert alone.stop() == 0
    assert time.monotonic() - began < 5
    assert not (data_dir / "server.json").exists()


def test_a_directory_serves_one_endpoint(endpoint: Endpoint) -> None:
    second = run("--port", "0", "--data-dir", str(endpoint.data))
    assert second.returncode == 1
    assert second.stderr == (
        f"{endpoint.data} is in use by the endpoint at {endpoint.url} (process {endpoint.process.pid}). "
        "Use that one, or another --data-dir.\n"
    )


def test_a_port_that_is_taken_is_named(data_dir: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = run("--port", str(port), "--data-dir", str(data_dir))
    assert ended.returncode == 1
    assert ended.stderr == f"Port {port} is not free: Address already in use. Choose another --port, or 0.\n"


def test_a_directory_that_is_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    ended = run("--port", "0", "--data-dir", str(tmp_path / "file" / "data"))
    assert ended.returncode == 1
    assert ended.stderr.endswith("cannot be written: Not a directory. Choose another --data-dir.\n")


def test_state_that_is_no_database_ends_the_endpoint_with_a_reason(data_dir: Path) -> None:
    data_dir.mkdir()
    (data_dir / "state.db").write_text("not a database " * 100)
    ended = run("--port", "0", "--data-dir", str(data_dir))
    assert ended.returncode == 1
    assert ended.stderr.splitlines()[-1] == f"The state in {data_dir} cannot be opened: file is not a database"


DEEP = pytest.param(b"[" * 100_000, id="deep")


@pytest.mark.parametrize("body", [b"", b"[]", b'{"pid": "1"}', b'{"pid": -1}', b'{"pid": true}', DEEP])
def test_only_a_process_attaches(endpoint: Endpoint, body: bytes) -> None:
    assert send(endpoint, "POST", "/_local/attach", body)[0] == 400


def test_an_app_attaches(endpoint: Endpoint) -> None:
    status, _, body = send(endpoint, "POST", "/_local/attach", json.dumps({"pid": os.getpid()}).encode())
    assert (status, json.loads(body)) == (200, {"attached": os.getpid()})


def test_the_endpoint_leaves_after_its_last_app(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parents, "CHECK_SECONDS", 0.01)
    monkeypatch.setattr(parents, "GRACE_SECONDS", 0.05)
    left: list[Any] = []
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as app:
        users = parents.Parents()
        users.add(app.pid)

        async def watch() -> None:
            watching = asyncio.create_task(users.outlive(lambda: left.append(time.monotonic())))
            await asyncio.sleep(0.2)
            assert not left
            app.kill()
            app.wait()
            await asyncio.wait_for(watching, 5)

        asyncio.run(watch())
    assert left


def test_a_child_that_no_app_attaches_to_leaves(data_dir: Path) -> None:
    hurry = "import sys; from local_personalize import __main__, parents; parents.GRACE_SECONDS = 1"
    command = [sys.executable, "-c", f"{hurry}; sys.exit(__main__.main())", "--port", "0", "--data-dir", str(data_dir)]
    assert subprocess.run([*command, "--child"], cwd=ROOT, stdout=subprocess.DEVNULL, timeout=20).returncode == 0
    assert not (data_dir / "server.json").exists()
