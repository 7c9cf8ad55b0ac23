"""S3, IAM, STS and SSM on the endpoint's port: they work, and survive kill -9."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from local_personalize.application import Application
from local_personalize.aws_services import AwsServices, s3_access
from tests.conftest import Clients, Endpoint

TRUST = {"Effect": "Allow", "Principal": {"Service": "personalize.amazonaws.com"}, "Action": "sts:AssumeRole"}

PUT = {"Effect": "Allow", "Action": "s3:PutObject", "Resource": "*"}


def policy(*statements: dict[str, Any]) -> str:
    """Return a policy document."""
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def state(clients: Clients, bucket: str, role: str) -> dict[str, Any]:
    """Return all that must be the same after a restart."""
    objects = clients.s3.list_objects_v2(Bucket=bucket)["Contents"]
    return {
        "objects": {found["Key"]: (found["ETag"], found["Size"], found["LastModified"]) for found in objects},
        "bodies": {
            found["Key"]: clients.s3.get_object(Bucket=bucket, Key=found["Key"])["Body"].read() for found in objects
        },
        "metadata": clients.s3.head_object(Bucket=bucket, Key="a b/ü+%.csv")["Metadata"],
        "bucket policy": clients.s3.get_bucket_policy(Bucket=bucket)["Policy"],
        "role": clients.iam.get_role(RoleName=role)["Role"],
        "attached": clients.iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"],
        "inline": clients.iam.get_role_policy(RoleName=role, PolicyName="s3")["PolicyDocument"],
        "parameter": clients.endpoint.client("ssm").get_parameter(Name="/films")["Parameter"]["Value"],
    }


def fill(clients: Clients, bucket: str, role: str) -> None:
    """Make buckets, objects, policies and roles in every way that there is."""
    s3, iam = clients.s3, clients.iam
    s3.create_bucket(Bucket=bucket)
    s3.put_bucket_policy(Bucket=bucket, Policy=policy({**PUT, "Principal": TRUST["Principal"]}))
    s3.put_object(Bucket=bucket, Key="a b/ü+%.csv", Body=b"x" * 100_000, Metadata={"my_key": "value"})
    s3.upload_fileobj(io.BytesIO(b"0123456789" * 1_000_000), bucket, "multipart")
    s3.copy_object(Bucket=bucket, Key="copy", CopySource={"Bucket": bucket, "Key": "a b/ü+%.csv"})
    for number in range(3):
        s3.put_object(Bucket=bucket, Key="replaced", Body=str(number).encode())
    for key in ("deleted", "deleted too"):
        s3.put_object(Bucket=bucket, Key=key, Body=b"")
    s3.delete_object(Bucket=bucket, Key="deleted")
    s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "deleted too"}]})
    own = iam.create_policy(PolicyName="personalize-s3", PolicyDocument=policy(PUT))["Policy"]["Arn"]
    iam.create_role(RoleName=role, AssumeRolePolicyDocument=policy(TRUST))
    for arn in (own, "arn:aws:iam::aws:policy/service-role/AmazonPersonalizeFullAccess"):
        iam.attach_role_policy(RoleName=role, PolicyArn=arn)
    iam.put_role_policy(RoleName=role, PolicyName="s3", PolicyDocument=policy(PUT))
    clients.endpoint.client("ssm").put_parameter(Name="/films", Value="1", Type="String")


def test_everything_survives_kill_9_again_and_again(start_endpoint: Callable[[Path], Endpoint], data_dir: Path) -> None:
    clients = Clients.of(start_endpoint(data_dir))
    fill(clients, "films", "personalize")
    before = state(clients, "films", "personalize")
    assert sorted(before["objects"]) == ["a b/ü+%.csv", "copy", "multipart", "replaced"]
    assert before["bodies"]["replaced"] == b"2"
    assert before["metadata"] == {"my_key": "value"}
    upload = clients.s3.create_multipart_upload(Bucket="films", Key="open")["UploadId"]
    parts = [b"a" * 5 * 2**20, b"b" * 5 * 2**20, b"c"]
    listed = [upload_part(clients, upload, 1, parts[0])]
    for number in (2, 3):
        clients.endpoint.kill()
        clients.endpoint.start()
        assert state(clients, "films", "personalize") == before
        listed.append(upload_part(clients, upload, number, parts[number - 1]))
    clients.s3.complete_multipart_upload(Bucket="films", Key="open", UploadId=upload, MultipartUpload={"Parts": listed})
    assert clients.s3.get_object(Bucket="films", Key="open")["Body"].read() == b"".join(parts)


def upload_part(clients: Clients, upload: str, number: int, body: bytes) -> dict[str, Any]:
    """Add a part to the upload that stays open over restarts."""
    where = {"Bucket": "films", "Key": "open", "UploadId": upload}
    tag = clients.s3.upload_part(**where, PartNumber=number, Body=body)["ETag"]
    return {"PartNumber": number, "ETag": tag}


def test_a_refused_call_leaves_nothing_behind(endpoint: Endpoint, clients: Clients) -> None:
    clients.s3.create_bucket(Bucket=clients.unique("films"))
    bodies = endpoint.data / "aws" / "bodies"
    before = set(bodies.iterdir())
    with pytest.raises(ClientError, match="NoSuchBucket"):
        clients.s3.put_object(Bucket=clients.unique("none"), Key="k", Body=b"x" * 100_000)
    assert set(bodies.iterdir()) == before


def test_the_account_is_the_one_in_the_arns(clients: Clients) -> None:
    assert clients.sts.get_caller_identity()["Account"] == "123456789012"


def test_a_service_that_cannot_run_here_says_so(endpoint: Endpoint) -> None:
    with pytest.raises(ClientError, match=r"NotImplemented.*Not on this machine"):
        endpoint.client("translate").list_languages()
    with pytest.raises(ClientError, match=r"NotImplemented.*Not on this machine"):
        endpoint.client("cloudformation").validate_template(TemplateBody="Resources: {}")


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> AwsServices:
    """The services in this process, with an empty journal."""
    services = AwsServices(tmp_path_factory.mktemp("data"), "http://127.0.0.1:4567")
    services.start()
    return services


def allowed(services: AwsServices, role_arn: str | None, action: str = "s3:GetObject", key: str = "watch.csv") -> bool:
    """Ask for access to the bucket "films"."""
    app = Application(Path(), "", *cast(Any, (None, None, None)), services)
    return s3_access(app, role_arn, "films", action, key)


@mock_aws
def test_access_needs_a_trusting_role_and_one_policy(services: AwsServices) -> None:
    s3, iam = boto3.client("s3"), boto3.client("iam")
    role = iam.create_role(RoleName="service", AssumeRolePolicyDocument=policy(TRUST))["Role"]["Arn"]
    glue = {**TRUST, "Principal": {"Service": "glue.amazonaws.com"}}
    other = iam.create_role(RoleName="glue", AssumeRolePolicyDocument=policy(glue))["Role"]["Arn"]
    assert not allowed(services, role), "there is no bucket"
    s3.create_bucket(Bucket="films")
    assert not allowed(services, role), "no policy allows it"

    read = {"Effect": "Allow", "Action": ["s3:GetObject", "s3:ListBucket"], "Resource": "arn:aws:s3:::films*"}
    s3.put_bucket_policy(Bucket="films", Policy=policy({**read, "Principal": TRUST["Principal"]}))
    assert allowed(services, role)
    assert allowed(services, role, "s3:ListBucket", "")
    assert not allowed(services, role, "s3:PutObject")
    assert not allowed(services, other), "the role does not trust Personalize"
    assert not allowed(services, f"{role}-none")
    assert not allowed(services, None)

    s3.delete_bucket_policy(Bucket="films")
    iam.put_role_policy(RoleName="service", PolicyName="s3", PolicyDocument=policy(read))
    assert allowed(services, role), "the role's own policy allows it"
    iam.delete_role_policy(RoleName="service", PolicyName="s3")
    assert not allowed(services, role)
    made = iam.create_policy(PolicyName="personalize-s3", PolicyDocument=policy(read))["Policy"]["Arn"]
    iam.attach_role_policy(RoleName="service", PolicyArn=made)
    assert allowed(services, role), "an attached policy allows it"
    iam.create_policy_version(PolicyArn=made, PolicyDocument=policy(PUT), SetAsDefault=True)
    assert not allowed(services, role), "its newer version does not"
