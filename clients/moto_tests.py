"""moto's own tests of Personalize, as they are, and with their placeholder of a schema replaced by a schema."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from clients.outcomes import SECONDS, Outcome
from clients.world import SCHEMA, World, endpoint

CLIENT = "moto's tests (getmoto/moto)"
REPLACED = f"{CLIENT}, schema text replaced"
PLACEHOLDER = re.compile(r'json\.dumps\("sth"\)|"sth"')
"""What moto's tests give as a schema, and Amazon Personalize refuses."""


def trials(world: World, tests: Path | None) -> Iterator[Outcome]:
    """Try the tests in moto's server mode, each on an endpoint of its own: moto would reset."""
    if tests is None:
        yield Outcome(CLIENT, "tests/test_personalize", None, "MOTO_TESTS was not given")
        return
    yield from _each(world, CLIENT, tests.resolve())
    yield from _each(world, REPLACED, _with_schema(tests, world.folder / "moto_tests_with_schema"))


def _with_schema(tests: Path, folder: Path) -> Path:
    """Copy the tests with a minimal Avro record in place of the placeholder."""
    shutil.copytree(tests, folder)
    for file in folder.glob("test_*.py"):
        file.write_text(PLACEHOLDER.sub(repr(json.dumps(SCHEMA)), file.read_text()))
    return folder


def _each(world: World, client: str, tests: Path) -> Iterator[Outcome]:
    collected = _pytest(world, world.url, "--collect-only", str(tests))
    for file, test in re.findall(r"(\w+\.py)::(\w+)$", collected, re.MULTILINE):
        with endpoint(world.folder / "endpoints" / tests.name / test) as url:
            told = _pytest(world, url, "-rA", "--tb=line", f"{tests / file}::{test}")
        found = re.search(r"^(PASSED|FAILED|ERROR) \S*?::\w+(?: - (.*))?$", told, re.MULTILINE)
        yield Outcome(client, test, bool(found and found[1] == "PASSED"), (found and found[2]) or "")


def _pytest(world: World, url: str, *options: str) -> str:
    settings = {"TEST_SERVER_MODE": "true", "TEST_SERVER_MODE_ENDPOINT": url, "MOTO_CALL_RESET_API": "false"}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *options],
        cwd=world.folder,
        env={**world.environment, **settings, "COLUMNS": "400"},
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS,
    )
    return done.stdout
