"""Asks Amazon Personalize for recommendations, or reports that somebody watched something: one or two arguments.

The campaign and the tracking id come from CAMPAIGN_ARN and TRACKING_ID; without them the first user-personalization
campaign and the first event tracker are used. AWS_ENDPOINT_URL points the program at Marquee's endpoint.
"""

from __future__ import annotations

import os
import sys
import time
import uuid
from typing import Any

import boto3

PROGRAM = "python examples/hello_personalize.py"
USAGE = f"""To report a watch event: {PROGRAM} [user-id] [item-id]
Example:                 {PROGRAM} 1 1503
To get recommendations:  {PROGRAM} [user-id]
Example:                 {PROGRAM} 1"""


def campaign_arn() -> str:
    """Return CAMPAIGN_ARN, or the first campaign that personalizes for a user."""
    if "CAMPAIGN_ARN" in os.environ:
        return os.environ["CAMPAIGN_ARN"]
    personalize = boto3.client("personalize")
    for campaign in personalize.list_campaigns()["campaigns"]:
        version = personalize.describe_campaign(campaignArn=campaign["campaignArn"])["campaign"]["solutionVersionArn"]
        described = personalize.describe_solution_version(solutionVersionArn=version)["solutionVersion"]
        if "user-personalization" in described["recipeArn"]:
            return str(campaign["campaignArn"])
    sys.exit("There is no user-personalization campaign yet: start the demo in Marquee, or set CAMPAIGN_ARN.")


def tracking_id() -> str:
    """Return TRACKING_ID, or that of the first event tracker."""
    if "TRACKING_ID" in os.environ:
        return os.environ["TRACKING_ID"]
    personalize = boto3.client("personalize")
    trackers = personalize.list_event_trackers()["eventTrackers"]
    if not trackers:
        sys.exit("There is no event tracker yet: start the demo in Marquee, or set TRACKING_ID.")
    tracker = personalize.describe_event_tracker(eventTrackerArn=trackers[0]["eventTrackerArn"])
    return str(tracker["eventTracker"]["trackingId"])


def get_recommendations(user_id: str) -> None:
    """Print the ids of the items recommended to a user, one a line."""
    print(f"Getting recommendations for user {user_id}...")
    response = boto3.client("personalize-runtime").get_recommendations(campaignArn=campaign_arn(), userId=user_id)
    items: list[dict[str, Any]] = response["itemList"]
    print("Recommendations:" if items else "No recommendations")
    for item in items:
        print(item["itemId"])


def report_watch_event(user_id: str, item_id: str) -> None:
    """Send one watch event, in a session of its own."""
    print(f"Reporting watch event to Amazon Personalize - user {user_id} watched item {item_id}")
    event = {"eventId": str(uuid.uuid4()), "eventType": "watch", "itemId": item_id, "sentAt": time.time()}
    boto3.client("personalize-events").put_events(
        trackingId=tracking_id(), userId=user_id, sessionId=str(uuid.uuid4()), eventList=[event]
    )


def main(arguments: list[str]) -> None:
    """Run the program with the arguments after its name."""
    if len(arguments) == 1:
        get_recommendations(*arguments)
    elif len(arguments) == 2:
        report_watch_event(*arguments)
    else:
        print(USAGE)


if __name__ == "__main__":
    main(sys.argv[1:])
