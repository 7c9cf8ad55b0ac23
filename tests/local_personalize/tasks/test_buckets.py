"""Files on their way from a task to S3."""

from __future__ import annotations

from pathlib import Path

import pytest

from local_personalize.tasks import TaskFailed
from local_personalize.tasks.buckets import s3_client, upload
from tests.conftest import Endpoint


def test_a_bucket_that_is_gone_fails_the_task_with_a_reason(endpoint: Endpoint, tmp_path: Path) -> None:
    file = tmp_path / "result.csv"
    file.write_text("a,b\n")
    with pytest.raises(TaskFailed, match=r"Writing s3://gone/result\.csv failed: .*does not exist"):
        upload(s3_client(endpoint.url), file, "gone", "result.csv")
