"""The first tutorial: its console program, a stranger who gets the popular list, and six films that change it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.seeds.worlds import FILMS

ROOT = Path(__file__).parents[2]


def hello(workspace: Any, campaign: str, *arguments: str) -> list[str]:
    """Run the program as a person would; returns the lines that it printed."""
    environment = {
        **os.environ,
        "AWS_ENDPOINT_URL": workspace.clients.endpoint.url,
        "CAMPAIGN_ARN": campaign,
        "TRACKING_ID": workspace.tracking_id,
    }
    command = [sys.executable, str(ROOT / "examples" / "hello_personalize.py"), *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


def test_the_console_program_tells_the_story_of_user_777(workspace: Any) -> None:
    name = workspace.clients.unique("top-picks")
    campaign = workspace.deploy(name, workspace.train(name, "aws-user-personalization"))

    first = hello(workspace, campaign, "1")
    assert first[:2] == ["Getting recommendations for user 1...", "Recommendations:"]
    assert len(first) == 2 + 25
    assert share_of_science_fiction(first[2:12]) == 1.0
    assert share_of_science_fiction(hello(workspace, campaign, "2")[2:12]) == 0.0

    before = hello(workspace, campaign, "777")[2:]
    assert before == hello(workspace, campaign, "somebody-else")[2:]
    assert {"1", "2", "3", "4"} <= set(before[:8]), "a stranger gets what everybody watches"

    for film in (FILMS - 1, FILMS - 3, FILMS - 5, FILMS - 7, FILMS - 9, FILMS - 11):
        assert hello(workspace, campaign, "777", str(film)) == [
            f"Reporting watch event to Amazon Personalize - user 777 watched item {film}"
        ]
    after = hello(workspace, campaign, "777")[2:]
    assert share_of_science_fiction(before[:10]) < 0.8
    assert share_of_science_fiction(after[:10]) == 1.0


def test_without_arguments_it_says_how_to_use_it(workspace: Any) -> None:
    usage = hello(workspace, "unused")
    assert [line.split(":")[0] for line in usage] == [
        "To report a watch event",
        "Example",
        "To get recommendations",
        "Example",
    ]


def share_of_science_fiction(films: list[str]) -> float:
    """Return the share of odd ids."""
    return sum(int(film) % 2 for film in films) / len(films)
