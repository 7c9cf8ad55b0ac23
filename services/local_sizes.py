"""How much disk each resource of the endpoint on this machine takes, read from its data directory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from services.resources import Resource


def sizes(data: Path, resources: Iterable[Resource]) -> dict[str, int]:
    """Return the bytes of what has files of its own, by ARN: trained versions and imported data."""
    return {found.arn: size for found in resources if (size := sum(_bytes(data, found)))}


def _bytes(data: Path, resource: Resource) -> Iterator[int]:
    """Yield the size of each file; one that is deleted meanwhile counts as nothing."""
    for path in _paths(data, resource):
        try:
            yield path.stat().st_size
        except FileNotFoundError:
            yield 0


def _paths(data: Path, resource: Resource) -> Iterator[Path]:
    if resource.kind == "solution-version":
        folder = data / "models" / resource.arn.rsplit("/", 1)[-1]
        yield from (path for path in folder.rglob("*") if path.is_file())
    elif resource.kind == "dataset-import-job":
        # Files are named REGION.JOB.parquet.
        region = resource.arn.split(":")[3]
        yield data / "imports" / f"{region}.{resource.name}.parquet"
