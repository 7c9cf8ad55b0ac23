"""Fixtures of all tests: an environment in which no AWS can be reached, and the endpoint as a real process."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config

ROOT = Path(__file__).resolve().parent.parent
REGION = "us-east-1"
CONFIG = Config(retries={"max_attempts": 1}, s3={"addressing_style": "path"})


@pytest.fixture(scope="session", autouse=True)
def clean_environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Take away what boto3 could find real credentials or other endpoints with."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        for name in os.environ:
            if name.startswith(("AWS_", "MARQUEE_")) or name.lower() in ("http_proxy", "https_proxy", "all_proxy"):
                patch.delenv(name)
        patch.setenv("AWS_ACCESS_KEY_ID", "testing")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
        patch.setenv("AWS_DEFAULT_REGION", REGION)
        patch.setenv("AWS_EC2_METADATA_DISABLED", "true")
        patch.setenv("AWS_CONFIG_FILE", str(home / "config"))
        patch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(home / "credentials"))
        patch.setenv("MARQUEE_DATA", str(home / "marquee"))
        yield


@pytest.fixture(scope="session", autouse=True)
def no_component_scan() -> Iterator[None]:
    """Spare AppTest the search for third-party components, 150 ms a test."""
    manager = "streamlit.components.v2.component_manager.BidiComponentManager"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(f"{manager}.discover_and_register_components", lambda self, *args, **options: None)
        yield


@dataclass(slots=True)
class Endpoint:
    """One `python -m local_personalize` process."""

    data: Path
    port: int = 0
    """0 until the first start; later starts take the same port."""
    quotas: dict[str, int] = field(default_factory=dict)
    """Raised above AWS's own."""
    process: subprocess.Popen[str] = field(init=False)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    def start(self, *options: str) -> Endpoint:
        """Start the process and wait for its one line."""
        log = self.data.parent / f"{self.data.name}.log"
        command = [sys.executable, "-m", "local_personalize", "--port", str(self.port), "--data-dir", str(self.data)]
        environment = {**os.environ, "LOCAL_PERSONALIZE_QUOTAS": json.dumps(self.quotas)}
        with log.open("a") as errors:
            self.process = subprocess.Popen(
                [*command, *options],
                cwd=ROOT,
                env=environment,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                start_new_session=True,
            )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line.startswith("Amazon Personalize is at http://127.0.0.1:"), line + log.read_text()
        self.port = int(line.split()[4].rpartition(":")[2])
        return self

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Send a signal to the process and return its exit code."""
        self.process.send_signal(number)
        self.process.communicate(timeout=10)
        return self.process.returncode

    def kill(self) -> None:
        """End the process as a crash would."""
        self.stop(signal.SIGKILL)

    def client(self, service: str, region: str = REGION) -> Any:
        """Return an unmodified boto3 client that talks to it."""
        session: Any = boto3.Session(region_name=region)
        return session.client(service, endpoint_url=self.url, config=CONFIG)


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    """A data directory of the test's own."""
    return tmp_path / "data"


@pytest.fixture(scope="session")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Endpoint]:
    """The endpoint that the tests of this process share; use unique names, or start_endpoint for one alone."""
    quotas = {"dataset-group": 500, "dataset-import-job": 50, "solution": 100, "filter": 100}
    running = Endpoint(tmp_path_factory.mktemp("endpoint") / "data", quotas=quotas).start()
    yield running
    running.stop()


@pytest.fixture
def start_endpoint() -> Iterator[Callable[[Path], Endpoint]]:
    """Start endpoints that belong to one test: start_endpoint(data_dir)."""
    started: list[Endpoint] = []

    def start(data: Path) -> Endpoint:
        started.append(Endpoint(data).start())
        return started[-1]

    yield start
    for endpoint in started:
        if endpoint.process.poll() is None:
            endpoint.stop()


@dataclass(frozen=True, slots=True)
class Clients:
    """boto3's clients of one endpoint."""

    endpoint: Endpoint
    personalize: Any
    runtime: Any
    events: Any
    s3: Any
    iam: Any
    sts: Any

    @classmethod
    def of(cls, endpoint: Endpoint) -> Clients:
        """Make the clients of an endpoint."""
        names = ("personalize", "personalize-runtime", "personalize-events", "s3", "iam", "sts")
        return cls(endpoint, *map(endpoint.client, names))

    def unique(self, name: str) -> str:
        """Return a name that no other test uses, fit for buckets, roles and Personalize's resources."""
        return f"{name}-{uuid.uuid4().hex[:8]}"


@pytest.fixture(scope="session")
def shared_clients(endpoint: Endpoint) -> Clients:
    """The clients of the shared endpoint, for fixtures that live longer than a test."""
    return Clients.of(endpoint)


@pytest.fixture
def clients(shared_clients: Clients) -> Clients:
    """boto3's clients of the shared endpoint."""
    return shared_clients
