"""The endpoint is found or started, started again after a crash, and says why where it cannot."""

from __future__ import annotations

import gc
import json
import os
import signal
import time
import urllib.request
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from botocore.exceptions import EndpointConnectionError

from services.connection import Connection
from services.errors import Problem
from services.local_endpoint import LocalEndpoint, data_directory, samples_directory
from services.progress import Progress
from services.workspace import reset, usage
from tests.conftest import Endpoint


def health(url: str) -> dict[str, object]:
    with urllib.request.urlopen(f"{url}/_local/health", timeout=5) as answer:
        return json.load(answer)


def groups(url: str) -> list[str]:
    personalize = Connection(endpoint=url).client("personalize")
    return [group["name"] for group in personalize.list_dataset_groups()["datasetGroups"]]


@pytest.fixture
def local(data_dir: Path) -> Iterator[LocalEndpoint]:
    endpoint = LocalEndpoint(data_dir.resolve())
    yield endpoint
    endpoint.stop()


def test_it_is_started_once_and_shared(local: LocalEndpoint) -> None:
    url = local.url()
    assert health(url)["status"] == "ok"
    assert LocalEndpoint(local.data).url() == url


def test_one_that_runs_already_is_found(data_dir: Path, start_endpoint: Callable[[Path], Endpoint]) -> None:
    running = start_endpoint(data_dir)
    assert LocalEndpoint(data_dir.resolve()).url() == running.url


def test_a_killed_one_comes_back_with_its_state_at_the_same_address(local: LocalEndpoint) -> None:
    url = local.url()
    Connection(endpoint=url).client("personalize").create_dataset_group(name="kept")
    os.kill(int(str(health(url)["pid"])), signal.SIGKILL)
    local.distrust()
    assert local.url() == url
    assert groups(url) == ["kept"]


def test_one_that_the_app_forgot_is_waited_for(data_dir: Path) -> None:
    forgetful = LocalEndpoint(data_dir.resolve())
    pid = int(str(health(forgetful.url())["pid"]))
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        del forgetful
        gc.collect()
    assert not [warning.message for warning in told]
    os.kill(pid, signal.SIGKILL)
    deadline = time.monotonic() + 10
    while is_there(pid):
        assert time.monotonic() < deadline
        time.sleep(0.01)


def is_there(pid: int) -> bool:
    """Tell whether a process has that number, even one that has ended and nobody waited for."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_work_that_lost_its_endpoint_is_begun_again(local: LocalEndpoint) -> None:
    tries = []

    def work(connection: Connection) -> list[str]:
        tries.append(connection)
        assert connection.endpoint is not None
        if len(tries) == 1:
            os.kill(int(str(health(connection.endpoint)["pid"])), signal.SIGKILL)
            raise EndpointConnectionError(endpoint_url=connection.endpoint)
        return groups(connection.endpoint)

    progress = Progress()
    progress.begin("Something")
    assert local.served(Connection(endpoint=local.url()), progress, work) == []
    assert [step.text for step in progress.steps()] == ["Something (interrupted)", "Start the endpoint again"]


def test_another_failure_of_the_work_is_not_repeated(local: LocalEndpoint) -> None:
    def work(connection: Connection) -> None:
        raise Problem("No", "Never.")

    with pytest.raises(Problem, match="Never"):
        local.served(Connection(endpoint=local.url()), Progress(), work)


def test_a_directory_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    with pytest.raises(Problem) as told:
        LocalEndpoint(blocked / "data").url()
    assert told.value.title == "No place to keep the data"
    assert str(blocked) in told.value.body
    assert "MARQUEE_DATA" in told.value.body


def test_an_endpoint_that_ends_at_its_start_tells_its_last_words(data_dir: Path) -> None:
    data_dir.mkdir()
    (data_dir / "state.db").write_text("this is no database, and long enough to be taken for one " * 40)
    with pytest.raises(Problem) as told:
        LocalEndpoint(data_dir.resolve()).url()
    assert told.value.title == "Local Personalize did not start"
    assert "file is not a database" in told.value.body
    assert "endpoint.log" in told.value.body


def test_a_reset_leaves_an_empty_service(local: LocalEndpoint) -> None:
    url = local.url()
    Connection(endpoint=url).client("personalize").create_dataset_group(name="gone")
    assert {part.what: part.size for part in usage(local.data)}["Resources, jobs and events"] > 0
    reset(local)
    assert sum(part.size for part in usage(local.data)) == 0
    assert groups(local.url()) == []


def test_the_directories_follow_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MARQUEE_DATA", str(tmp_path / "here"))
    assert data_directory() == (tmp_path / "here").resolve()
    assert samples_directory() == (tmp_path / "here-samples").resolve()
    monkeypatch.delenv("MARQUEE_DATA")
    assert data_directory() == (Path.home() / ".marquee").resolve()


def test_a_trusted_answer_is_not_asked_for_again(local: LocalEndpoint) -> None:
    url = local.url()
    began = time.perf_counter()
    assert {local.url() for _ in range(200)} == {url}
    assert time.perf_counter() - began < 0.4
