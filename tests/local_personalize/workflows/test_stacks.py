from __future__ import annotations

import json
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.conftest import Endpoint
from tests.local_personalize.workflows.waiting import until

BUCKET = "stacks"
TOPIC = "arn:aws:sns:us-east-1:123456789012:BatchDone"
GROUP = "arn:aws:personalize:us-east-1:123456789012:dataset-group/Shop"

ROLE = """
Resources:
  Worker:
    Type: AWS::IAM::Role
    Properties:
      RoleName: Worker
      AssumeRolePolicyDocument: {Version: 2012-10-17, Statement: []}
Outputs:
  Arn:
    Value: !GetAtt Worker.Arn
    Export: {Name: !Sub "${AWS::StackName}-Arn"}
"""

TEMPLATE = """
Parameters:
  Bucket: {Type: String}
  Domain: {Type: String, Default: ECOMMERCE}
  Share: {Type: String, Default: 0.25}
Resources:
  Interactions:
    Type: AWS::Personalize::Dataset
    Properties:
      DatasetGroupArn: !GetAtt [Group, DatasetGroupArn]
      DatasetType: Interactions
      Name: Visits
      SchemaArn: !Ref Schema
  Group:
    Type: AWS::Personalize::DatasetGroup
    Properties: {Name: Shop, Domain: !Ref Domain}
  Schema:
    Type: AWS::Personalize::Schema
    Properties:
      Name: Visits
      Domain: ECOMMERCE
      Schema: >
        {"type": "record", "name": "Interactions", "namespace": "n", "version": "1.0", "fields": [
        {"name": "USER_ID", "type": "string"}, {"name": "ITEM_ID", "type": "string"},
        {"name": "TIMESTAMP", "type": "long"}, {"name": "EVENT_TYPE", "type": "string"}]}
  Popular:
    Type: AWS::Personalize::Solution
    Properties:
      Name: popular
      DatasetGroupArn: !GetAtt Group.DatasetGroupArn
      RecipeArn: arn:aws:personalize:::recipe/aws-popularity-count
  Job:
    Type: AWS::Glue::Job
    Properties:
      Name: transform
      Command: {Name: glueetl, ScriptLocation: !Sub "s3://${Bucket}/script.py"}
      DefaultArguments: {"--ratings_resample_fraction": !Ref Share}
      GlueVersion: 3.0
      Role: !ImportValue Roles-Arn
  Machine:
    Type: AWS::StepFunctions::StateMachine
    Properties:
      StateMachineName: Steps
      DefinitionS3Location: {Bucket: !Ref Bucket, Key: steps.json}
      DefinitionSubstitutions: {Wanted: served}
      RoleArn: !ImportValue Roles-Arn
  Logs:
    Type: AWS::Logs::LogGroup
    Properties: {LogGroupName: steps}
  Greet:
    Type: AWS::Lambda::Function
    Properties:
      FunctionName: Greet
      Handler: index.greet
      Role: !ImportValue Roles-Arn
      Runtime: python3.11
      Timeout: 60
      Environment: {Variables: {MACHINE: !GetAtt [Machine, Name], LOGS: !GetAtt [Logs, Arn]}}
      Code:
        ZipFile: |
          import os
          def greet(event, context):
              return {"machine": os.environ["MACHINE"], "key": event["Records"][0]["s3"]["object"]["key"]}
  Told:
    Type: AWS::Lambda::EventInvokeConfig
    Properties:
      FunctionName: !Ref Greet
      Qualifier: $LATEST
      DestinationConfig: {OnSuccess: {Destination: !Ref Topic}}
  Topic:
    Type: AWS::SNS::Topic
    Properties:
      TopicName: BatchDone
      Subscription: [{Endpoint: shop@example.com, Protocol: email}]
  Api:
    Type: AWS::ApiGateway::RestApi
    Properties: {Name: Greeter}
  Shape:
    Type: AWS::ApiGateway::Model
    Properties: {RestApiId: !Ref Api, Name: Greeting, Schema: {type: object}}
  Validator:
    Type: AWS::ApiGateway::RequestValidator
    Properties: {RestApiId: !Ref Api, Name: checked, ValidateRequestParameters: true}
  Get:
    Type: AWS::ApiGateway::Method
    Properties:
      RestApiId: !Ref Api
      ResourceId: !GetAtt Api.RootResourceId
      HttpMethod: GET
      AuthorizationType: NONE
      RequestParameters: {method.request.querystring.user_id: true}
      Integration:
        Type: AWS
        IntegrationHttpMethod: POST
        RequestTemplates: {application/json: "{}"}
        Uri: !Sub "arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Greet.Arn}/invocations"
  Deployed:
    Type: AWS::ApiGateway::Deployment
    DependsOn: Get
    Properties: {RestApiId: !Ref Api}
  Dev:
    Type: AWS::ApiGateway::Stage
    Properties: {RestApiId: !Ref Api, StageName: dev, DeploymentId: !Ref Deployed}
"""

STEPS = {"StartAt": "End", "States": {"End": {"Type": "Pass", "Result": "${Wanted}", "End": True}}}


def create(endpoint: Endpoint, name: str, template: str, **parameters: str) -> None:
    given = [{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()]
    endpoint.client("cloudformation").create_stack(StackName=name, TemplateBody=template, Parameters=given)


def kinds(endpoint: Endpoint, stack: str) -> list[str]:
    found = endpoint.client("cloudformation").describe_stack_resources(StackName=stack)["StackResources"]
    return sorted(resource["ResourceType"] for resource in found)


def mail(endpoint: Endpoint) -> list[dict[str, str]]:
    with urllib.request.urlopen(f"{endpoint.url}/_local/mail") as answer:
        told: list[dict[str, str]] = json.load(answer)["mail"]
    return told


def names(endpoint: Endpoint) -> dict[str, list[str]]:
    """Return what there is, service by service."""
    personalize, api = endpoint.client("personalize"), endpoint.client("apigateway")
    return {
        "groups": [group["name"] for group in personalize.list_dataset_groups()["datasetGroups"]],
        "datasets": [dataset["name"] for dataset in personalize.list_datasets()["datasets"]],
        "schemas": [schema["name"] for schema in personalize.list_schemas()["schemas"]],
        "solutions": [solution["name"] for solution in personalize.list_solutions()["solutions"]],
        "jobs": endpoint.client("glue").list_jobs()["JobNames"],
        "machines": [one["name"] for one in endpoint.client("stepfunctions").list_state_machines()["stateMachines"]],
        "functions": [one["FunctionName"] for one in endpoint.client("lambda").list_functions()["Functions"]],
        "apis": [one["name"] for one in api.get_rest_apis()["items"]],
    }


def everything_is_there(endpoint: Endpoint) -> None:
    """Hold what the template made: each resource once, with its parameters and substitutions."""
    there = {
        "groups": ["Shop"], "datasets": ["Visits"], "schemas": ["Visits"], "solutions": ["popular"],
        "jobs": ["transform"], "machines": ["Steps"], "functions": ["Greet"], "apis": ["Greeter"],
    }  # fmt: skip
    assert names(endpoint) == there
    assert len(kinds(endpoint, "Shop")) == TEMPLATE.count("Type: AWS::")
    assert endpoint.client("personalize").describe_dataset_group(datasetGroupArn=GROUP)["datasetGroup"]["domain"]
    job = endpoint.client("glue").get_job(JobName="transform")["Job"]
    assert (job["DefaultArguments"], job["GlueVersion"]) == ({"--ratings_resample_fraction": "0.25"}, "3.0")
    api = endpoint.client("apigateway").get_rest_apis()["items"][0]["id"]
    assert [stage["stageName"] for stage in endpoint.client("apigateway").get_stages(restApiId=api)["item"]] == ["dev"]
    states = endpoint.client("stepfunctions")
    machine = states.list_state_machines()["stateMachines"][0]["stateMachineArn"]
    assert "served" in states.describe_state_machine(stateMachineArn=machine)["definition"]


def let_s3_tell(endpoint: Endpoint) -> None:
    """Let S3 tell the function of JSON files, and the topic of parquet files."""
    function = endpoint.client("lambda").get_function(FunctionName="Greet")["Configuration"]["FunctionArn"]
    endpoint.client("s3").put_bucket_notification_configuration(
        Bucket=BUCKET,
        NotificationConfiguration={
            "LambdaFunctionConfigurations": [{"LambdaFunctionArn": function, **of_new(".json")}],
            "TopicConfigurations": [{"TopicArn": TOPIC, **of_new(".parquet")}],
        },
    )


def of_new(suffix: str) -> dict[str, Any]:
    rules = [{"Name": "suffix", "Value": suffix}]
    return {"Events": ["s3:ObjectCreated:*"], "Filter": {"Key": {"FilterRules": rules}}}


def mail_told(endpoint: Endpoint) -> None:
    """Wait for the mail about both files, and hold what it says."""
    sent = until(lambda: len(found := of_objects(endpoint)) == 2 and found)
    assert {letter["to"] for letter in sent} == {"shop@example.com"}
    assert {letter["topicArn"] for letter in sent} == {TOPIC}
    said = next(told for letter in sent if "requestContext" in (told := json.loads(letter["text"])))
    assert said["requestContext"]["condition"] == "Success"
    assert said["responsePayload"] == {"machine": "Steps", "key": "users.json"}
    assert any("transformed.parquet" in letter["text"] for letter in sent), "S3 tells topics too"


def test_a_stack_holds_personalize_and_tells_by_mail_how_a_function_ended(working: Endpoint) -> None:
    s3, cloudformation = working.client("s3"), working.client("cloudformation")
    s3.create_bucket(Bucket=BUCKET)
    s3.put_object(Bucket=BUCKET, Key="steps.json", Body=json.dumps(STEPS).encode())
    with pytest.raises(ClientError, match="Roles-Arn"):
        create(working, "Shop", TEMPLATE, Bucket=BUCKET)
    assert not any(names(working).values()), "nothing stays of a stack that could not be made"

    create(working, "Roles", ROLE)
    create(working, "Shop", TEMPLATE, Bucket=BUCKET)
    everything_is_there(working)

    let_s3_tell(working)
    s3.put_object(Bucket=BUCKET, Key="users.json", Body=b"{}")
    s3.put_object(Bucket=BUCKET, Key="transformed.parquet", Body=b"")
    mail_told(working)

    with pytest.raises(ClientError, match="Rename Shop"):
        cloudformation.update_stack(
            StackName="Shop",
            UsePreviousTemplate=True,
            Parameters=[
                {"ParameterKey": "Bucket", "ParameterValue": BUCKET},
                {"ParameterKey": "Domain", "ParameterValue": "VIDEO_ON_DEMAND"},
            ],
        )
    cloudformation.delete_stack(StackName="Shop")
    assert not any(names(working).values())


def test_a_template_calls_no_function_of_the_endpoint(working: Endpoint, tmp_path: Path) -> None:
    folder = tmp_path / "made"
    harmful = f"Resources:\n  Logs:\n    Type: !!python/object/apply:os.mkdir ['{folder}']\n"
    with pytest.raises(ClientError, match="unknown tag"):
        create(working, "Harmful", harmful)
    assert not folder.exists()


def test_the_subject_of_a_mail_is_one_line(endpoint: Endpoint) -> None:
    sns = endpoint.client("sns")
    topic = sns.create_topic(Name="Lines")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="shop@example.com")
    with pytest.raises(ClientError, match="Invalid parameter: Subject"):
        sns.publish(TopicArn=topic, Message="Hello", Subject="Hello\nBcc: all@example.com")
    sns.publish(TopicArn=topic, Message="Hello", Subject="Größe")
    assert [(letter["subject"], letter["text"]) for letter in mail(endpoint)] == [("Größe", "Hello")]


def of_objects(endpoint: Endpoint) -> list[dict[str, Any]]:
    """Return the mails but that with which S3 tries a new notification."""
    return [letter for letter in mail(endpoint) if "s3:TestEvent" not in letter["text"]]
