"""The clients that are libraries, each asked by a program of clients/programs: npm's, Go's, PyPI's."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from clients.outcomes import Outcome, npm_install, tried
from clients.world import BUCKET, ROOT, World

PROGRAMS = ROOT / "clients" / "programs"
PEERS = ROOT / ".venv" / "clients" / "bin"
NPM = {
    "AWS SDK for JavaScript v3 (npm)": "sdk3.mjs",
    "AWS SDK for JavaScript v2 (npm)": "sdk2.cjs",
    "AWS Amplify, analytics/personalize (npm)": "amplify.cjs",
}
PACKAGES = ("aws-sdk", "aws-amplify", *(f"@aws-sdk/client-personalize{part}" for part in ("", "-runtime", "-events")))
GO = {"AWS SDK for Go v1 (Debian)": "go1", "AWS SDK for Go v2 (Debian)": "go2"}
GO_PATH = Path("/usr/share/gocode")
"""Where Debian's golang-github-aws-aws-sdk-go-dev and ...-v2-dev are."""


def trials(world: World) -> Iterator[Outcome]:
    """Try every library that is there."""
    yield from javascript(world)
    yield from go(world)
    yield from python(world)


def javascript(world: World) -> Iterator[Outcome]:
    """Try AWS's libraries from npm, installed into a folder of their own."""
    folder = world.folder / "javascript"
    folder.mkdir()
    there = shutil.which("npm") is not None and shutil.which("node") is not None and npm_install(folder, *PACKAGES)
    for client, program in NPM.items():
        if not there:
            yield Outcome(client, program, None, "npm cannot install it here")
            continue
        shutil.copy(PROGRAMS / program, folder)
        yield tried(world, client, program, ["node", program, json.dumps(world.arns)], folder)


def go(world: World) -> Iterator[Outcome]:
    """Try AWS's libraries for Go, as Debian packages them."""
    for client, program in GO.items():
        if shutil.which("go") is None or not (GO_PATH / "src" / "github.com" / "aws").exists():
            yield Outcome(client, program, None, "no Go here")
            continue
        command = ["go", "run", str(PROGRAMS / program / "main.go"), json.dumps(world.arns)]
        where = {"GO111MODULE": "off", "GOPATH": str(GO_PATH), "GOCACHE": str(world.folder / "go")}
        yield tried(world, client, f"{program}/main.go", command, settings=where)


def python(world: World) -> Iterator[Outcome]:
    """Try PyPI's aioboto3, awswrangler, s3fs and LocalStack's awslocal, which `make clients` installs."""
    for client, command in {
        "aioboto3 (PyPI)": ["python", str(PROGRAMS / "asynchronous.py"), json.dumps(world.arns)],
        "awswrangler, pandas, s3fs (PyPI)": ["python", str(PROGRAMS / "data_frames.py"), BUCKET],
        "awslocal (PyPI)": ["awslocal", "personalize", "describe-campaign", "--campaign-arn", world.arns["campaign"]],
    }.items():
        trial = Path(command[1]).name if command[0] == "python" else " ".join(command[1:3])
        if (PEERS / command[0]).exists():
            path = f"{ROOT / '.venv' / 'awscli' / 'bin'}:{os.environ['PATH']}"
            yield tried(world, client, trial, [str(PEERS / command[0]), *command[1:]], settings={"PATH": path})
        else:
            yield Outcome(client, trial, None, "not installed")
