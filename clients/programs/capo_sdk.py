"""Asks through capo, an SDK made from AWS's models without botocore: python capo_sdk.py ARNS, a JSON object."""

from __future__ import annotations

import json
import os
import sys
from datetime import UTC, datetime

from capo_personalize import PersonalizeClient  # type: ignore[import-not-found,unused-ignore]
from capo_personalize.errors import (  # type: ignore[import-not-found,unused-ignore]
    ResourceAlreadyExistsException,
)
from capo_personalize_events import PersonalizeEventsClient  # type: ignore[import-not-found,unused-ignore]
from capo_personalize_runtime import PersonalizeRuntimeClient  # type: ignore[import-not-found,unused-ignore]


def main(arns: dict[str, str]) -> None:
    """Describe, page, record an event and see the list follow, and meet an error by its class."""
    where = {"endpoint": os.environ["AWS_ENDPOINT_URL"], "region": os.environ["AWS_REGION"]}
    with (
        PersonalizeClient(**where) as personalize,
        PersonalizeRuntimeClient(**where) as runtime,
        PersonalizeEventsClient(**where) as events,
    ):
        campaign = personalize.describe_campaign(campaign_arn=arns["campaign"])["campaign"]
        assert (campaign["status"], type(campaign["creation_date_time"])) == ("ACTIVE", datetime)
        assert len(list(personalize.iter_list_recipes())) > 10
        before = runtime.get_recommendations(campaign_arn=arns["campaign"], user_id="capo")["item_list"]
        event = {"event_type": "watch", "item_id": "77", "sent_at": datetime.now(UTC)}
        events.put_events(tracking_id=arns["tracking"], user_id="capo", session_id="s", event_list=[event])
        assert runtime.get_recommendations(campaign_arn=arns["campaign"], user_id="capo")["item_list"] != before
        try:
            personalize.create_dataset_group(name="films")
        except ResourceAlreadyExistsException:
            return
        raise AssertionError("a name was given twice")


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
