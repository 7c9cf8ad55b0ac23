"""The lock: reads pass, and everything else is refused before it is sent."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from services.connection import Connection
from services.errors import Problem
from services.measurements import measure
from services.read_only import is_read_only
from tests.conftest import Clients


@pytest.mark.parametrize(("value", "locked"), [("1", True), ("yes", True), ("0", False), ("", False)])
def test_anything_but_nothing_and_zero_locks(monkeypatch: pytest.MonkeyPatch, value: str, locked: bool) -> None:
    monkeypatch.setenv("MARQUEE_READ_ONLY", value)
    assert is_read_only() is locked


def test_a_locked_app_reads_and_writes_nothing(monkeypatch: pytest.MonkeyPatch, clients: Clients) -> None:
    connection, name = Connection(endpoint=clients.endpoint.url), clients.unique("locked")
    personalize, s3 = connection.client("personalize"), connection.client("s3")
    clients.s3.create_bucket(Bucket=name)
    clients.s3.put_object(Bucket=name, Key="there", Body=b"x")
    monkeypatch.setenv("MARQUEE_READ_ONLY", "1")
    assert s3.get_object(Bucket=name, Key="there")["Body"].read() == b"x"
    assert personalize.list_recipes()["recipes"]
    refused = (
        lambda: personalize.create_dataset_group(name=name),
        lambda: personalize.delete_solution(solutionArn="arn:aws:personalize:us-east-1:123456789012:solution/x"),
        lambda: connection.client("personalize-events").put_events(trackingId="t", sessionId="s", eventList=[]),
        lambda: s3.upload_fileobj(io.BytesIO(b"y"), name, "new"),
        lambda: s3.delete_object(Bucket=name, Key="there"),
        lambda: measure(connection, "arn:aws:personalize:us-east-1:123456789012:solution/x/12345678"),
    )
    for call in refused:
        with pytest.raises(Problem, match="MARQUEE_READ_ONLY is set"):
            call()
    assert [entry["Key"] for entry in clients.s3.list_objects_v2(Bucket=name)["Contents"]] == ["there"]
    assert name not in {group["name"] for group in clients.personalize.list_dataset_groups()["datasetGroups"]}
    monkeypatch.delenv("MARQUEE_READ_ONLY")
    personalize.create_dataset_group(name=name)


def test_an_aws_account_is_only_read_until_changes_are_allowed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, clients: Clients
) -> None:
    config = tmp_path / "config"
    config.write_text("[profile reader]\naws_access_key_id = local\naws_secret_access_key = local\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    monkeypatch.setenv("AWS_ENDPOINT_URL", clients.endpoint.url)
    name = clients.unique("account")
    account = Connection(profile="reader").client("personalize")
    assert account.list_recipes()["recipes"]
    with pytest.raises(Problem, match="until you allow changes"):
        account.create_dataset_group(name=name)
    unlocked = Connection(profile="reader", unlocked=True).client("personalize")
    assert unlocked.create_dataset_group(name=name)["datasetGroupArn"].endswith(name)
