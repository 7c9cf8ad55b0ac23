from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from services.connection import Connection
from services.volume import Volume, estimated
from tests.conftest import Endpoint

ROWS = 60_000


@pytest.fixture
def connection(data_dir: Path, start_endpoint: Callable[[Path], Endpoint]) -> Connection:
    return Connection(endpoint=start_endpoint(data_dir).url)


def test_large_files_are_estimated_from_their_first_rows(connection: Connection) -> None:
    lines = [f"{100_000 + row // 10},{200_000 + row % 777},{1_500_000_000 + row}" for row in range(ROWS)]
    content = "\n".join(["USER_ID,ITEM_ID,TIMESTAMP", *lines]).encode()
    s3 = connection.client("s3")
    s3.create_bucket(Bucket="large")
    s3.put_object(Bucket="large", Key="events.csv", Body=content)
    volume = estimated(connection, [("s3://large/events.csv", len(content))])
    assert volume.interactions == pytest.approx(ROWS, rel=0.01)
    assert volume == Volume(volume.interactions, None, None, ("100000", "100001"), exact=False)
