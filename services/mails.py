"""What SNS sent by email on this machine, where nothing leaves it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import unquote_plus

from services.connection import Connection
from services.local_insights import get


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail."""

    to: str
    subject: str
    text: str
    sent: datetime


def mails_about(connection: Connection, names: Collection[str], *, since: datetime | None) -> list[Mail]:
    """Return the mails that name one of these, newest first; since is when the first one can have been sent.

    There are none on AWS, which really sends them. Raises URLError.
    """
    answer = get(connection, "mail") or {"mail": []}
    sent = (
        Mail(one["to"], one["subject"], one["text"], datetime.fromisoformat(one["sentAt"])) for one in answer["mail"]
    )
    return [
        mail
        for mail in sent
        # A mail knows its second only.
        if _names(mail, names) and (since is None or mail.sent >= since.replace(microsecond=0))
    ]


def _names(mail: Mail, names: Collection[str]) -> bool:
    text = unquote_plus(mail.text)  # events of S3 write keys as addresses do
    return any(name in text for name in names if name)
