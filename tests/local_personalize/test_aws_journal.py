"""What the journal keeps, forgets and survives."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from local_personalize import aws_journal
from local_personalize.aws_journal import INLINE_BYTES, Entry, Journal, compacted


def call(method: str, uri: str, service: str = "s3", **headers: str) -> Entry:
    """Return a journalled call."""
    return Entry(service, method, uri, {name.replace("_", "-"): value for name, value in headers.items()}, 1.0, 7)


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    """An empty journal."""
    journal = Journal(tmp_path / "aws")
    journal.read()
    return journal


@pytest.mark.parametrize("size", [0, INLINE_BYTES, INLINE_BYTES + 1])
def test_a_call_comes_back_with_its_body(journal: Journal, size: int) -> None:
    body = bytes(range(256)) * (size // 256 + 1)
    kept = journal.keep_body(body[:size])
    journal.append(Entry("s3", "PUT", "/films/watch.csv", {"content-type": "text/csv"}, 1.5, 7, **kept))
    (entry,) = Journal(journal.folder).read()
    assert journal.body(entry) == body[:size]
    assert (entry.headers, entry.time, entry.seed) == ({"content-type": "text/csv"}, 1.5, 7)


def test_a_line_cut_off_by_a_crash_is_dropped(journal: Journal) -> None:
    journal.append(call("PUT", "/films"))
    with (journal.folder / "journal.jsonl").open("ab") as file:
        file.write(b'{"service": "s3", "meth')
    assert [entry.uri for entry in journal.read()] == ["/films"]
    journal.append(call("PUT", "/more"))
    assert [entry.uri for entry in journal.read()] == ["/films", "/more"]


def test_bodies_that_no_call_needs_are_removed(journal: Journal) -> None:
    refused = journal.keep_body(b"x" * 10_000)
    journal.drop_body(refused)
    lost = journal.keep_body(b"y" * 10_000)
    old = Entry("s3", "PUT", "/films/a", {}, 1.0, 1, **journal.keep_body(b"old" * 10_000))
    new = Entry("s3", "PUT", "/films/a", {}, 2.0, 2, **journal.keep_body(b"new" * 10_000))
    journal.append(old)
    journal.append(new)
    assert journal.read() == [new]
    assert [path.name for path in (journal.folder / "bodies").iterdir()] == [new.file]
    assert lost["file"] != new.file


def test_replaced_and_deleted_objects_are_forgotten() -> None:
    calls = [
        call("PUT", "/films"),
        call("PUT", "/films/a"),
        call("PUT", "/films/a?tagging"),
        call("PUT", "/films/b"),
        call("PUT", "/films/a"),
        call("DELETE", "/films/b"),
    ]
    assert compacted(calls) == [calls[0], calls[4], calls[5]]


def test_a_finished_upload_is_forgotten_with_its_object_and_an_open_one_kept() -> None:
    def upload(number: str) -> list[Entry]:
        part = call("PUT", f"/films/a?uploadId={number}&partNumber=1")
        return [call("POST", "/films/a?uploads"), part, call("POST", f"/films/a?uploadId={number}")]

    finished, last = [call("PUT", "/films"), *upload("1")], call("PUT", "/films/a")
    assert compacted([*finished, last]) == [finished[0], last]
    began, part, completed = upload("2")
    assert compacted([began, part, last, completed]) == [began, part, last, completed]


@pytest.mark.parametrize(
    "because",
    [
        call("PUT", "/films/copy", x_amz_copy_source="films/a%20b"),
        call("PUT", "/films?versioning"),
    ],
)
def test_history_that_matters_is_kept(because: Entry) -> None:
    calls = [call("PUT", "/films/a%20b"), because, call("PUT", "/films/a%20b")]
    assert compacted(calls) == calls


def test_other_services_and_buckets_in_host_names_are_left_alone() -> None:
    for same in (call("PUT", "/a/b", service="lambda"), call("PUT", "/a/b", host="films.localhost:4567")):
        assert compacted([same, same]) == [same, same]


def test_old_measurements_are_forgotten_and_alarms_are_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aws_journal, "MOST_MEASUREMENTS", 2)
    put = {"x_amz_target": "GraniteServiceVersion20100801.PutMetricData"}
    alarm = call("POST", "/alarm", "monitoring", x_amz_target="GraniteServiceVersion20100801.PutMetricAlarm")
    query = Entry("monitoring", "POST", "/query", {}, 1.0, 7, body=base64.b64encode(b"Action=PutMetricData&").decode())
    puts = [call("POST", f"/{number}", "monitoring", **put) for number in range(3)]
    assert [entry.uri for entry in compacted([query, alarm, *puts])] == ["/alarm", "/1", "/2"]


def test_a_journal_does_not_grow_with_what_is_replaced(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aws_journal, "SPARE_CALLS", 10)
    journal.read()
    waiting = journal.keep_body(b"w" * 10_000)
    for number in range(100):
        journal.append(Entry("s3", "PUT", "/films/a", {}, number, 1, **journal.keep_body(b"x" * 10_000)))
        assert len((journal.folder / "journal.jsonl").read_bytes().splitlines()) <= 12
        assert len(list((journal.folder / "bodies").iterdir())) <= 13
    journal.append(Entry("s3", "PUT", "/films/b", {}, 100.0, 1, **waiting))
    last, other = Journal(journal.folder).read()
    assert (last.time, journal.body(other)) == (99, b"w" * 10_000)
