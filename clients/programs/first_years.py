"""Asks through the boto3 of 2019, the service's first year: python first_years.py ENDPOINT ARNS, a JSON object."""

import json
import sys
import time

import boto3  # the one of .venv/clients-2019


def main(endpoint, arns):
    """Describe, page, record an event with its item among the properties, see the list follow, and use S3."""

    def client(service):
        return boto3.client(service, endpoint_url=endpoint)

    personalize, runtime, s3 = client("personalize"), client("personalize-runtime"), client("s3")
    assert personalize.describe_campaign(campaignArn=arns["campaign"])["campaign"]["status"] == "ACTIVE"
    pages = personalize.get_paginator("list_recipes").paginate(PaginationConfig={"PageSize": 3})
    assert len({recipe["name"] for page in pages for recipe in page["recipes"]}) > 10
    asked = {"campaignArn": arns["campaign"], "userId": "first-years"}
    before = runtime.get_recommendations(**asked)["itemList"]
    event = {"eventType": "watch", "sentAt": time.time(), "properties": json.dumps({"itemId": "77"})}
    client("personalize-events").put_events(
        trackingId=arns["tracking"], userId="first-years", sessionId="s", eventList=[event]
    )
    assert runtime.get_recommendations(**asked)["itemList"] != before
    s3.create_bucket(Bucket="first-years")
    s3.put_object(Bucket="first-years", Key="a/b.csv", Body=b"x" * 100000)
    assert s3.get_object(Bucket="first-years", Key="a/b.csv")["Body"].read() == b"x" * 100000
    try:
        personalize.create_dataset_group(name="films")
    except personalize.exceptions.ResourceAlreadyExistsException:
        return
    raise AssertionError("a name was given twice")


if __name__ == "__main__":
    main(sys.argv[1], json.loads(sys.argv[2]))
