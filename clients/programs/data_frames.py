"""Reads and writes S3 with awswrangler, pandas and s3fs: python data_frames.py BUCKET."""

from __future__ import annotations

import sys
from typing import Any

import awswrangler  # type: ignore[import-not-found,unused-ignore]
import pandas as pd
import s3fs  # type: ignore[import-not-found,unused-ignore]


def main(bucket: str) -> None:
    """Carry a table through every format, and a large object through a multipart upload."""
    folder = f"s3://{bucket}/frames"
    table = awswrangler.s3.read_csv(f"s3://{bucket}/interactions.csv")
    awswrangler.s3.to_parquet(table, f"{folder}/one.parquet")
    pd.testing.assert_frame_equal(pd.read_parquet(f"{folder}/one.parquet"), table)
    table.to_csv(f"{folder}/two.csv", index=False)
    pd.testing.assert_frame_equal(awswrangler.s3.read_csv(f"{folder}/two.csv"), table)
    files: Any = s3fs.S3FileSystem()
    with files.open(f"{folder}/large", "wb") as file:
        file.write(bytes(12_000_000))
    assert files.info(f"{folder}/large")["size"] == 12_000_000
    files.mv(f"{folder}/large", f"{folder}/moved")
    files.rm(folder, recursive=True)
    assert awswrangler.s3.list_objects(folder) == []


if __name__ == "__main__":
    main(sys.argv[1])
