"""How a campaign is called on the pages, where it stands among the others, and what it is for: three of its tags."""

from __future__ import annotations

from dataclasses import dataclass

from services.connection import Connection
from services.service_call import ServiceCall

MODES = ("user", "related", "ranking", "popular")


@dataclass(frozen=True, slots=True)
class Labels:
    """The values of the tags; empty where a campaign has none."""

    name: str = ""
    order: str = ""
    mode: str = ""


def read_labels(connection: Connection, arn: str) -> Labels:
    """Return a campaign's labels. Raises ClientError."""
    listed = connection.client("personalize").list_tags_for_resource(resourceArn=arn)["tags"]
    tags = {tag["tagKey"]: tag["tagValue"] for tag in listed}
    return Labels(*(str(tags.get(f"marquee:{member}", "")) for member in ("name", "order", "mode")))


def label_call(arn: str, labels: Labels) -> ServiceCall:
    """Return TagResource with all three labels."""
    members = {"name": labels.name, "order": labels.order, "mode": labels.mode}
    tags = [{"tagKey": f"marquee:{member}", "tagValue": value} for member, value in members.items()]
    return ServiceCall("personalize", "tag_resource", {"resourceArn": arn, "tags": tags})
