"""Asks through aioboto3, fifty questions at once: python asynchronous.py ARNS, a JSON object."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from typing import Any

import aioboto3  # type: ignore[import-not-found,unused-ignore]


async def main(arns: dict[str, str]) -> None:
    """Describe, page, record events and see the list follow."""
    session: Any = aioboto3.Session()
    async with (
        session.client("personalize") as personalize,
        session.client("personalize-runtime") as runtime,
        session.client("personalize-events") as events,
    ):
        described = await personalize.describe_campaign(campaignArn=arns["campaign"])
        assert described["campaign"]["status"] == "ACTIVE"
        pages = personalize.get_paginator("list_recipes").paginate(PaginationConfig={"PageSize": 3})
        names = [recipe["name"] async for page in pages for recipe in page["recipes"]]
        assert len(set(names)) == len(names) > 3
        ask = [runtime.get_recommendations(campaignArn=arns["campaign"], userId="many") for _ in range(50)]
        lists = [answer["itemList"] for answer in await asyncio.gather(*ask)]
        assert lists == [lists[0]] * 50
        event = {"eventType": "watch", "itemId": "77", "sentAt": time.time()}
        await events.put_events(trackingId=arns["tracking"], userId="many", sessionId="s", eventList=[event])
        after = await runtime.get_recommendations(campaignArn=arns["campaign"], userId="many")
        assert after["itemList"] != lists[0]
        try:
            await personalize.create_dataset_group(name="films")
        except personalize.exceptions.ResourceAlreadyExistsException:
            return
        raise AssertionError("a name was given twice")


if __name__ == "__main__":
    asyncio.run(main(json.loads(sys.argv[1])))
