"""The second tutorial: the AWS command line, from its own package, asks the endpoint."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

AWS = Path(__file__).parents[2] / ".venv" / "awscli" / "bin" / "aws"
"""`make test` installs the AWS command line here, in an environment of its own: it pins another botocore than boto3."""


def aws(clients: Any, *arguments: str) -> dict[str, Any]:
    """Run the command line and return the JSON that it prints."""
    environment = {**os.environ, "AWS_ENDPOINT_URL": clients.endpoint.url, "AWS_PAGER": ""}
    done = subprocess.run([str(AWS), *arguments], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def test_the_command_line_gets_recommendations(workspace: Any) -> None:
    name = workspace.clients.unique("cli")
    campaign = workspace.deploy(name, workspace.train(name, "aws-user-personalization"))
    answer = aws(
        workspace.clients, "personalize-runtime", "get-recommendations", "--campaign-arn", campaign, "--user-id", "1"
    )
    assert answer["recommendationId"]
    assert len(answer["itemList"]) == 25
    groups = aws(workspace.clients, "personalize", "list-dataset-groups")["datasetGroups"]
    assert workspace.group_arn in [group["datasetGroupArn"] for group in groups]
