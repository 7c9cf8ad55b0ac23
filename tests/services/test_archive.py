"""A copy holds what a deletion loses, and the events that no file has can be written to one."""

from __future__ import annotations

import io
import json
import re
import zipfile

import pytest

from services import archive
from services.connection import Connection
from services.objects import read_object
from services.progress import Progress
from services.resources import list_resources
from services.teardown import plan
from services.uploads import Upload, upload
from tests.conftest import Clients
from tests.services.test_uploads import FIELDS, events


def unpacked(connection: Connection, arn: str) -> dict[str, str]:
    wanted = plan(connection, list_resources(connection, arn))
    content = archive.archive(connection, [*wanted.steps, *wanted.along])
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
    assert list(told) == ["Dataset group", "Schema", "Dataset", "Import job"]
    assert [field["name"] for field in told["Dataset"]["schema"]["fields"]] == ["USER_ID", "ITEM_ID", "TIMESTAMP"]
    made = re.findall("aws personalize (create-[a-z-]+)", copy["make-again.sh"])
    assert made == ["create-dataset-group", "create-schema", "create-dataset", "create-dataset-import-job"]
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
