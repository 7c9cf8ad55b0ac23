"""What every operation is handed: the state, the jobs, the deployed models, and who asks."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from local_personalize.shown_lists import ShownLists
from local_personalize.usage import Usage

if TYPE_CHECKING:
    from local_personalize.aws_services import AwsServices
    from local_personalize.jobs import Jobs
    from local_personalize.serving import Models
    from local_personalize.store import Store


@dataclass(frozen=True, slots=True)
class Application:
    """One running endpoint."""

    data: Path
    url: str
    """Where this endpoint listens; S3, IAM and STS are behind the same address."""
    store: Store
    jobs: Jobs
    models: Models
    aws: AwsServices
    shown: ShownLists = field(default_factory=ShownLists)
    """What was recommended lately."""
    usage: Usage = field(default_factory=Usage)
    """How often campaigns were asked."""


@dataclass(frozen=True, slots=True)
class Call:
    """The circumstances of one request."""

    app: Application
    region: str
