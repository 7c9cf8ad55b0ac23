from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from tests.local_personalize.operations.conftest import HEADER, Ground, csv, interaction_rows

ROWS = interaction_rows(1000)
FAILED = "Failed to create a data import job for INTERACTIONS dataset. "


def exported_rows(ground: Ground, dataset: str) -> list[str]:
    """Return the bulk rows as the CSV lines they came from."""
    return [line.replace('"', "") for line in ground.exported(dataset, "BULK").splitlines()[1:]]


def test_statuses_and_rows(ground: Ground) -> None:
    dataset = ground.dataset()
    job = ground.start_import(dataset, ground.upload("data.csv", csv(ROWS)), jobName=ground.name)
    first = ground.clients.personalize.describe_dataset_import_job(datasetImportJobArn=job)["datasetImportJob"]
    assert first["status"] == "CREATE PENDING"
    assert first["jobName"] == ground.name
    assert first["importMode"] == "FULL"
    assert ground.ended(job)["status"] == "ACTIVE"
    assert exported_rows(ground, dataset) == ROWS
    listed = ground.clients.personalize.list_dataset_import_jobs(datasetArn=dataset)["datasetImportJobs"]
    assert [(one["datasetImportJobArn"], one["status"]) for one in listed] == [(job, "ACTIVE")]


def test_columns_by_header_name(ground: Ground) -> None:
    dataset = ground.dataset()
    shuffled = [f"{number},{row.split(',')[3]},x,{','.join(row.split(',')[:3])}" for number, row in enumerate(ROWS)]
    body = csv(shuffled, ",EVENT_TYPE,NOTE,USER_ID,ITEM_ID,TIMESTAMP")
    assert ground.imported(dataset, body)["status"] == "ACTIVE"
    assert exported_rows(ground, dataset) == ROWS


@pytest.mark.parametrize("line_end", [b"\n", b"\r\n", b"\r"], ids=["unix", "windows", "old mac"])
def test_line_ends_and_byte_order_mark(ground: Ground, line_end: bytes) -> None:
    dataset = ground.dataset()
    body = b"\xef\xbb\xbf" + csv(ROWS).replace(b"\n", line_end)
    assert ground.imported(dataset, body)["status"] == "ACTIVE"
    assert exported_rows(ground, dataset) == ROWS


def test_folder_of_files(ground: Ground) -> None:
    dataset = ground.dataset()
    for part in (0, 1):
        ground.upload(f"folder/part-{part}.csv", csv(ROWS[part::2]))
    ground.upload("folder/_SUCCESS", b"")
    ground.upload("folder-beside.csv", b"not to be read")
    for location in (f"s3://{ground.bucket}/folder/", f"s3://{ground.bucket}/folder"):
        assert ground.ended(ground.start_import(dataset, location))["status"] == "ACTIVE"
        assert exported_rows(ground, dataset) == ROWS[0::2] + ROWS[1::2]


def test_full_replaces_and_incremental_adds(ground: Ground) -> None:
    dataset, more = ground.dataset(), interaction_rows(2500)[1000:]
    ground.imported(dataset, csv(ROWS))
    ground.imported(dataset, csv(more), importMode="INCREMENTAL")
    assert exported_rows(ground, dataset) == ROWS + more
    ground.imported(dataset, csv(more))
    assert exported_rows(ground, dataset) == more


def test_incremental_needs_bulk_data(ground: Ground) -> None:
    with pytest.raises(ground.clients.personalize.exceptions.InvalidInputException, match="FULL before INCREMENTAL"):
        ground.imported(ground.dataset(), csv(ROWS), importMode="INCREMENTAL")


def test_failed_import_leaves_the_data_alone(ground: Ground) -> None:
    dataset = ground.dataset()
    ground.imported(dataset, csv(ROWS))
    assert ground.imported(dataset, csv(ROWS[:999]))["status"] == "CREATE FAILED"
    assert exported_rows(ground, dataset) == ROWS


def replaced(row: str) -> bytes:
    """Return a file whose 502nd row, the header being the first, is another."""
    return csv([*ROWS[:500], row, *ROWS[500:]])


WRONG = {
    "999 rows": (csv(ROWS[:999]), "has 999 interactions; an import needs at least 1000"),
    "missing columns": (csv(["1,2"], "USER_ID,ITEM_ID"), "is missing the following columns:[TIMESTAMP, EVENT_TYPE]."),
    "empty file": (b"", "data.csv is empty"),
    "header only": (csv([]), "no rows below its header"),
    "no CSV": (b"PK\x03\x04\xff\xfe\x00\n\x00", "is not in UTF-8"),
    "milliseconds": (
        replaced("a,b,1600000000000,w"),
        "row 502, column TIMESTAMP: '1600000000000' is too large: timestamps must be in Unix epoch time",
    ),
    "letters for a time": (replaced("a,b,noon,w"), "row 502, column TIMESTAMP: 'noon' is not a valid long"),
    "decimals for a time": (replaced("a,b,1.5,w"), "row 502, column TIMESTAMP: '1.5' is not a valid long"),
    "negative time": (replaced("a,b,-1,w"), "row 502, column TIMESTAMP: '-1' is negative"),
    "empty cell": (replaced("a,,1,w"), "row 502, column ITEM_ID is empty"),
    "too few cells": (replaced("a,b,1"), "row 502, has 3 columns, but the header has 4"),
    "long id": (replaced(f"{'a' * 257},b,1,w"), "row 502, column USER_ID is longer than 256 characters"),
    "no UTF-8": (csv(ROWS).replace(b"u0,i0,", b"\xe9,i0,", 1), "row 2, column USER_ID is not in UTF-8"),
    "no end of the header": (b"x" * 200_000, "is not a valid CSV file: field larger than field limit"),
    "column twice": (csv([f"{row},1" for row in ROWS], f"{HEADER},USER_ID"), "more than once:[USER_ID]"),
}


@pytest.fixture(scope="module")
def dataset_to_fail(shared_ground: Ground) -> str:
    return shared_ground.dataset()


@pytest.fixture(scope="module")
def failing(shared_ground: Ground, dataset_to_fail: str) -> dict[str, str]:
    """The jobs of all wrong files, started together because each is pending for a while."""
    places = {name: shared_ground.upload(f"{name}/data.csv", body) for name, (body, _) in WRONG.items()}
    return {name: shared_ground.start_import(dataset_to_fail, place) for name, place in places.items()}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_data(shared_ground: Ground, failing: dict[str, str], name: str) -> None:
    job = shared_ground.ended(failing[name])
    assert job["status"] == "CREATE FAILED"
    assert job["failureReason"].startswith(FAILED)
    assert WRONG[name][1] in job["failureReason"]


def test_nothing_there(shared_ground: Ground, dataset_to_fail: str) -> None:
    job = shared_ground.ended(shared_ground.start_import(dataset_to_fail, f"s3://{shared_ground.bucket}/nothing.csv"))
    assert f"There is no CSV file at s3://{shared_ground.bucket}/nothing.csv" in job["failureReason"]


def test_no_access(ground: Ground) -> None:
    ground.clients.iam.delete_role_policy(RoleName=ground.name, PolicyName="s3")
    job = ground.imported(ground.dataset(), csv(ROWS))
    assert job["status"] == "CREATE FAILED"
    assert job["failureReason"] == FAILED + "Insufficient privileges for accessing data in Amazon S3."


def test_invalid_location(shared_ground: Ground, dataset_to_fail: str) -> None:
    with pytest.raises(ClientError, match=r"Invalid Data location\."):
        shared_ground.start_import(dataset_to_fail, "https://example.com/data.csv")


def test_unknown_dataset(ground: Ground) -> None:
    with pytest.raises(ground.clients.personalize.exceptions.ResourceNotFoundException):
        ground.start_import(f"arn:aws:personalize:us-east-1:123456789012:dataset/{ground.name}/ITEMS", "s3://b/k")


def test_name_is_taken(ground: Ground) -> None:
    dataset = ground.dataset()
    ground.imported(dataset, csv(ROWS), jobName=ground.name)
    with pytest.raises(ground.clients.personalize.exceptions.ResourceAlreadyExistsException):
        ground.imported(dataset, csv(ROWS), jobName=ground.name)


def test_items_with_empty_and_quoted_cells(ground: Ground) -> None:
    dataset = ground.dataset("Items")
    body = 'ITEM_ID,GENRES,YEAR\n1,"Comedy|Drama",1999\n2,"with, comma",\n3,"é ""x""",7\n'.encode()
    assert ground.imported(dataset, body)["status"] == "ACTIVE"
    assert ground.exported(dataset, "BULK").splitlines() == [
        "ITEM_ID,GENRES,YEAR",
        '"1","Comedy|Drama",1999',
        '"2","with, comma",',
        '"3","é ""x""",7',
    ]
