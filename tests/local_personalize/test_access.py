"""What the tutorials' policies allow, and what others refuse."""

from __future__ import annotations

import json
from typing import Any

import pytest

from local_personalize import access

ROLE = "arn:aws:iam::123456789012:role/personalize-service"
BUCKET = ["arn:aws:s3:::films", "arn:aws:s3:::films/*"]
PERSONALIZE = {"Service": "personalize.amazonaws.com"}
READ = ["s3:GetObject", "s3:ListBucket"]


def grants(principal: Any, actions: Any = READ, resources: Any = BUCKET, **more: Any) -> bool:
    """Tell whether a bucket policy of one statement lets Personalize read an object."""
    statement = {"Effect": "Allow", "Principal": principal, "Action": actions, "Resource": resources, **more}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    found = access.for_principal(access.statements(policy), ROLE)
    return access.allows(found, "s3:GetObject", "arn:aws:s3:::films/watch.csv")


@pytest.mark.parametrize("principal", [PERSONALIZE, {"Service": ["a", *PERSONALIZE.values()]}, "*", {"AWS": ROLE}])
def test_a_bucket_policy_grants_to_personalize(principal: Any) -> None:
    assert grants(principal)


@pytest.mark.parametrize(
    "principal", [{"Service": "glue.amazonaws.com"}, {"AWS": "arn:aws:iam::1:root"}, None, "x", []]
)
def test_a_bucket_policy_for_others_grants_nothing(principal: Any) -> None:
    assert not grants(principal)


def test_the_tutorials_key_id_in_a_statement_does_not_matter() -> None:
    assert grants(PERSONALIZE, id="PersonalizeS3BucketAccessPolicy")


@pytest.mark.parametrize(
    ("actions", "resources", "granted"),
    [
        ("s3:*", BUCKET, True),
        ("S3:getobject", BUCKET, True),
        ("s3:Get*", "arn:aws:s3:::film?/*", True),
        ("*", "*", True),
        ("s3:PutObject", BUCKET, False),
        ("s3:GetObject", "arn:aws:s3:::films", False),
        ("s3:GetObject", "arn:aws:s3:::FILMS/*", False),
        ("s3:GetObject", "arn:aws:s3:::[f]ilms/*", False),
        (None, BUCKET, False),
    ],
)
def test_actions_and_resources_are_patterns(actions: Any, resources: Any, granted: bool) -> None:
    assert grants(PERSONALIZE, actions, resources) is granted


def test_a_deny_wins_unless_it_has_a_condition() -> None:
    allow = {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}
    deny = {"Effect": "Deny", "Action": "s3:GetObject", "Resource": "*"}
    insecure = {**deny, "Condition": {"Bool": {"aws:SecureTransport": "false"}}}
    assert not access.allows([allow, deny], "s3:GetObject", "arn:aws:s3:::films/watch.csv")
    assert access.allows([allow, insecure], "s3:GetObject", "arn:aws:s3:::films/watch.csv")
    assert access.allows([allow, deny], "s3:ListBucket", "arn:aws:s3:::films")


@pytest.mark.parametrize("policy", ["", "{", "[]", "null", None, {"Statement": "x"}, b"\xff"])
def test_a_policy_that_cannot_be_read_has_no_statements(policy: Any) -> None:
    assert access.statements(policy) == []


@pytest.mark.parametrize(
    ("statement", "trusted"),
    [
        ({"Effect": "Allow", "Principal": PERSONALIZE, "Action": "sts:AssumeRole"}, True),
        ({"Effect": "Deny", "Principal": PERSONALIZE, "Action": "sts:AssumeRole"}, False),
        ({"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}, False),
        ({"Effect": "Allow", "Principal": PERSONALIZE, "Action": "sts:TagSession"}, False),
    ],
)
def test_trust_is_read_from_the_role(statement: dict[str, Any], trusted: bool) -> None:
    assert access.trusts_personalize(json.dumps({"Statement": statement})) is trusted
