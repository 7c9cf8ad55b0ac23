"""Mail that does not leave this machine: each is a file of its own in a folder, as mail programs read it."""

from __future__ import annotations

import email.policy
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import localtime
from pathlib import Path
from typing import Any

FOLDER = "mail"
SENDER = "AWS Notifications <no-reply@sns.amazonaws.com>"
SUBJECT = "AWS Notification Message"
TOPIC = "X-Topic-Arn"
NEWEST = 100


def write(folder: Path, topic: str, recipient: str, message_id: str, subject: str, text: str) -> None:
    """Write one mail."""
    mail = EmailMessage(email.policy.default)
    mail["From"], mail["To"], mail["Subject"], mail["Date"], mail[TOPIC] = (
        SENDER,
        recipient,
        subject,
        localtime(),
        topic,
    )
    mail.set_content(text)
    folder.mkdir(parents=True, exist_ok=True)
    begun = folder / f".{message_id}"
    begun.write_bytes(mail.as_bytes())
    begun.replace(folder / f"{message_id}.eml")


def told(folder: Path) -> list[dict[str, str]]:
    """Return the newest mails, the newest first: topicArn, to, subject, text and sentAt."""
    files = sorted(folder.glob("*.eml"), key=lambda file: file.stat().st_mtime_ns, reverse=True)[:NEWEST]
    return [_told(BytesParser(policy=email.policy.default).parsebytes(file.read_bytes())) for file in files]


def _told(mail: Any) -> dict[str, str]:
    return {
        "topicArn": str(mail[TOPIC]),
        "to": str(mail["To"]),
        "subject": str(mail["Subject"]),
        "text": str(mail.get_content()).rstrip("\n"),
        "sentAt": mail["Date"].datetime.isoformat(),
    }
