"""The clients that are libraries, each asked by a program of clients/programs: npm's, also in a page, Go's, PyPI's."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from clients.outcomes import Outcome, npm_install, tried
from clients.world import BUCKET, ROOT, World

PROGRAMS = ROOT / "clients" / "programs"
PEERS, FIRST_YEARS = ROOT / ".venv" / "clients" / "bin", ROOT / ".venv" / "clients-2019" / "bin"
NPM = {
    "AWS SDK for JavaScript v3 (npm)": "sdk3.mjs",
    "AWS SDK for JavaScript v2 (npm)": "sdk2.cjs",
    "AWS Amplify, analytics/personalize (npm)": "amplify.cjs",
}
PACKAGES = (
    "aws-sdk",
    "aws-amplify",
    "aws4fetch",
    "esbuild",
    *(f"@aws-sdk/client-personalize{part}" for part in ("", "-runtime", "-events")),
)
GO = {"AWS SDK for Go v1 (Debian)": "go1", "AWS SDK for Go v2 (Debian)": "go2"}
GO_PATH = Path("/usr/share/gocode")
"""Where Debian's golang-github-aws-aws-sdk-go-dev and ...-v2-dev are."""


def trials(world: World) -> Iterator[Outcome]:
    """Try every library that is there."""
    yield from javascript(world)
    yield browser(world)
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


def browser(world: World) -> Outcome:
    """Try the SDK and aws4fetch in a page, which Chromium opens."""
    client, trial, folder = "AWS SDK for JavaScript v3, aws4fetch (Chromium)", "page.mjs", world.folder / "javascript"
    bundler = folder / "node_modules" / ".bin" / "esbuild"
    found = subprocess.run([ROOT / "scripts" / "find-chromium"], capture_output=True, text=True, check=False)
    if not bundler.exists() or found.returncode:
        return Outcome(client, trial, None, "no Chromium here, or npm cannot install what it needs")
    shutil.copy(PROGRAMS / trial, folder)
    bundle = [str(bundler), trial, "--bundle", "--outfile=page/page.js", "--log-level=error"]
    subprocess.run(bundle, cwd=folder, check=True)
    (folder / "page" / "page.html").write_text("<script src=page.js></script>", encoding="utf-8")
    asked = [str(folder / "page"), found.stdout.strip(), world.url, json.dumps(world.arns)]
    return tried(world, client, trial, [sys.executable, str(PROGRAMS / "browser.py"), *asked])


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
    """Try what `make clients` installs of PyPI: aioboto3, capo, awswrangler, s3fs, LocalStack's awslocal, old boto3."""
    arns = json.dumps(world.arns)
    for client, where, command in (
        ("aioboto3 (PyPI)", PEERS, ["python", str(PROGRAMS / "asynchronous.py"), arns]),
        ("capo-personalize (PyPI)", PEERS, ["python", str(PROGRAMS / "capo_sdk.py"), arns]),
        ("awswrangler, pandas, s3fs (PyPI)", PEERS, ["python", str(PROGRAMS / "data_frames.py"), BUCKET]),
        (
            "awslocal (PyPI)",
            PEERS,
            ["awslocal", "personalize", "describe-campaign", "--campaign-arn", world.arns["campaign"]],
        ),
        ("boto3 of 2019 (PyPI)", FIRST_YEARS, ["python", str(PROGRAMS / "first_years.py"), world.url, arns]),
    ):
        trial = Path(command[1]).name if command[0] == "python" else " ".join(command[1:3])
        if (where / command[0]).exists():
            path = f"{ROOT / '.venv' / 'awscli' / 'bin'}:{os.environ['PATH']}"
            yield tried(world, client, trial, [str(where / command[0]), *command[1:]], settings={"PATH": path})
        else:
            yield Outcome(client, trial, None, "not installed")
