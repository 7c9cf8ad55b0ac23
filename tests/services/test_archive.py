"""A copy holds what a deletion loses, and the events that no file has can be written to one."""

from __future__ import annotations

import io
import json
import zipfile

import pytest

from services import archive
from services.connection import Connection
from services.deletion import delete_plan, vanishing
from services.objects import read_object
from services.progress import Progress
from services.resources import list_resources
from services.uploads import Upload, upload
from tests.conftest import Clients
from tests.services.test_uploads import FIELDS, events


def unpacked(connection: Connection, arn: str) -> dict[str, str]:
    resources = list_resources(connection, arn)
    plan = delete_plan(resources, arn)
    going = {found.arn for found in (*plan, *vanishing(resources, plan))}
    content = archive.archive(connection, [found for found in resources if found.arn in going])
    with zipfile.ZipFile(io.BytesIO(content)) as copy:
        return {name: copy.read(name).decode() for name in copy.namelist()}


def test_a_copy_has_settings_rows_and_calls_and_sent_events_get_a_file(
    clients: Clients, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection, name = Connection(endpoint=clients.endpoint.url), clients.unique("kept")
    dataset = upload(connection, Upload(name, "Interactions", FIELDS, events()), Progress())
    group = dataset.replace(":dataset/", ":dataset-group/").rpartition("/")[0]
    copy = unpacked(connection, group)
    [rows] = [name for name in copy if name.startswith("data/INTERACTIONS/")]
    assert copy[rows] == events().to_csv(index=False)
    told = {one["type"]: one for one in json.loads(copy["resources.json"])}
    assert list(told) == ["Dataset group", "Dataset", "Import job"]
    assert [field["name"] for field in told["Dataset"]["schema"]["fields"]] == ["USER_ID", "ITEM_ID", "TIMESTAMP"]
    made = [line.split("personalize ")[1].split()[0] for line in copy["make-again.sh"].splitlines()]
    assert made == ["create-dataset-group", "create-dataset", "create-dataset-import-job"]
    assert "metrics.csv" not in copy, "nothing was trained"

    monkeypatch.setattr(archive, "LARGEST", 100)
    assert "bytes" in unpacked(connection, group)["rows-left-on-s3.txt"]

    tracker = clients.personalize.create_event_tracker(name=name, datasetGroupArn=group)["trackingId"]
    clients.events.put_events(
        trackingId=tracker, userId="guest", sessionId="s",
        eventList=[{"eventType": "watch", "itemId": "7", "sentAt": 1_700_000_000}],
    )  # fmt: skip
    uri = archive.export_events(connection, dataset)
    archive.await_exports(connection, [uri])
    assert archive.export_status(connection, uri) == "ACTIVE"
    assert "guest" in read_object(connection, uri).decode()
