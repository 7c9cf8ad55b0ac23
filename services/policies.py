"""The policies that let Amazon Personalize use a bucket, as the first tutorial writes them, and their role."""

from __future__ import annotations

import json
from typing import Any

from botocore.exceptions import ClientError

from services.connection import Connection

SERVICE = "personalize.amazonaws.com"
ROLE = "personalize-service"
POLICY = "personalize"
_NAME = "PersonalizeS3BucketAccessPolicy"


def bucket_policy(bucket: str) -> dict[str, Any]:
    """Return the bucket policy that lets the service read."""
    statement = {
        "Sid": _NAME,
        "Effect": "Allow",
        "Principal": {"Service": SERVICE},
        "Action": ["s3:GetObject", "s3:ListBucket"],
        "Resource": _resources(bucket),
    }
    return {"Version": "2012-10-17", "Id": _NAME, "Statement": [statement]}


def role_policy(bucket: str) -> dict[str, Any]:
    """Return the policy that lets the service's role read the bucket, and write batch results to it."""
    statement = {
        "Sid": _NAME,
        "Effect": "Allow",
        "Action": ["s3:GetObject", "s3:ListBucket", "s3:PutObject"],
        "Resource": _resources(bucket),
    }
    return {"Version": "2012-10-17", "Statement": [statement]}


def service_policy() -> dict[str, Any]:
    """Return the policy that lets its holder use Amazon Personalize and hand it roles."""
    passed = {"StringEquals": {"iam:PassedToService": SERVICE}}
    use = {"Effect": "Allow", "Action": ["personalize:*"], "Resource": "*"}
    hand = {"Effect": "Allow", "Action": ["iam:PassRole"], "Resource": "*", "Condition": passed}
    return {"Version": "2012-10-17", "Statement": [use, hand]}


def trust_policy() -> dict[str, Any]:
    """Return the policy that lets the service take on the role."""
    statement = {"Effect": "Allow", "Principal": {"Service": SERVICE}, "Action": "sts:AssumeRole"}
    return {"Version": "2012-10-17", "Statement": [statement]}


def ensure_role(connection: Connection, bucket: str) -> str:
    """Make the service's role and its access to the bucket where they are missing, and return the role's ARN."""
    iam = connection.client("iam")
    try:
        role = iam.get_role(RoleName=ROLE)["Role"]
    except iam.exceptions.NoSuchEntityException:
        role = iam.create_role(RoleName=ROLE, AssumeRolePolicyDocument=json.dumps(trust_policy()))["Role"]
    # One policy per bucket, so that a second bucket takes nothing away from the first.
    documents = {POLICY: service_policy(), f"personalize-s3-{bucket}": role_policy(bucket)}
    for name, document in documents.items():
        iam.attach_role_policy(RoleName=ROLE, PolicyArn=_ensure_policy(iam, name, document, str(role["Arn"])))
    return str(role["Arn"])


def ensure_bucket(connection: Connection, bucket: str) -> None:
    """Make the bucket where it is missing and let the service read it. Raises ClientError."""
    s3 = connection.client("s3")
    try:
        s3.head_bucket(Bucket=bucket)
    except ClientError as missing:
        if missing.response["Error"]["Code"] != "404":
            raise
        # us-east-1 is the one region that must not be named.
        elsewhere = {"CreateBucketConfiguration": {"LocationConstraint": connection.region}}
        s3.create_bucket(Bucket=bucket, **({} if connection.region == "us-east-1" else elsewhere))
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps(bucket_policy(bucket)))


def default_bucket(connection: Connection) -> str:
    """Return the name of this app's bucket, which differs by account and region as bucket names must."""
    account = connection.client("sts").get_caller_identity()["Account"]
    return f"marquee-{account}-{connection.region}"


def _ensure_policy(iam: Any, name: str, document: dict[str, Any], role_arn: str) -> str:
    try:
        return str(iam.create_policy(PolicyName=name, PolicyDocument=json.dumps(document))["Policy"]["Arn"])
    except iam.exceptions.EntityAlreadyExistsException:
        return f"{role_arn.split(':role/')[0]}:policy/{name}"


def _resources(bucket: str) -> list[str]:
    return [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"]
