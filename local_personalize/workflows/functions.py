"""Lambda functions: Python code runs as a process of this machine, without a container, where that is allowed.

LOCAL_PERSONALIZE_LAMBDA=run in the environment of the endpoint allows it. Whoever can reach the endpoint can then run
code as the user who started it, so without the setting an invocation fails and says so.
"""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import tempfile
import zipfile
from functools import cache, partialmethod
from pathlib import Path
from typing import Any

from moto.awslambda import models
from moto.settings import test_server_mode_endpoint

from local_personalize.workflows.destinations import invoke_and_tell

SETTING = "LOCAL_PERSONALIZE_LAMBDA"
RUN = "run"
LONGEST_SECONDS = 900
REFUSED = f"Functions do not run on this machine unless the endpoint is started with {SETTING}={RUN}."

PROGRAM = """\
import importlib, json, sys
module, _, function = sys.argv[1].rpartition(".")
result = getattr(importlib.import_module(module.replace("/", ".")), function)(json.load(sys.stdin), None)
print()
print(json.dumps(result, default=str))
"""
"""Calls the handler with the event; its last line is the function's answer. There is no context object."""


@cache
def install() -> None:
    """Let functions of moto run here rather than in a container."""
    function: Any = models.LambdaFunction
    function._invoke_lambda = _invoke
    function.invoke = partialmethod(invoke_and_tell, function.invoke)


def _invoke(self: Any, event: Any = None) -> tuple[str, bool, str]:
    """Return the answer, whether the function failed, and what it logged."""
    self.logs_backend.ensure_log_group(self.logs_group_name)
    if os.environ.get(SETTING) != RUN:
        self.save_logs(REFUSED)
        return json.dumps({"errorType": "NotAllowed", "errorMessage": REFUSED}), True, REFUSED
    with tempfile.TemporaryDirectory() as folder:
        zipfile.ZipFile(io.BytesIO(self.code_bytes)).extractall(folder)
        answer, failed, logs = _run(self, Path(folder), json.dumps(event or {}))
    self.save_logs(logs)
    return answer, failed, logs


def _run(function: Any, folder: Path, event: str) -> tuple[str, bool, str]:
    try:
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM, function.handler],
            input=event, capture_output=True, text=True, cwd=folder, env=_environment(function, folder), check=False,
            timeout=min(int(function.timeout or 3), LONGEST_SECONDS),
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        message = f"Task timed out after {function.timeout} seconds"
        return json.dumps({"errorMessage": message}), True, message
    printed, _, answer = done.stdout.rstrip("\n").rpartition("\n")
    if done.returncode:
        answer = json.dumps({"errorType": "Unhandled", "errorMessage": (done.stderr.splitlines() or [""])[-1]})
    return answer, done.returncode != 0, done.stderr + printed


def _environment(function: Any, folder: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "PYTHON"))}
    given = {name: str(value) for name, value in (function.environment_vars or {}).items()}
    return {
        **kept,
        "PYTHONPATH": str(folder),
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_REGION": function.region,
        "AWS_DEFAULT_REGION": function.region,
        "AWS_LAMBDA_FUNCTION_NAME": function.function_name,
        **given,
        "AWS_ENDPOINT_URL": test_server_mode_endpoint(),
    }
