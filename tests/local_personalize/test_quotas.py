from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from local_personalize import quotas
from tests.conftest import ROOT


@pytest.fixture
def setting(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """A setting that is read anew before and after."""
    quotas.raised.cache_clear()
    yield monkeypatch
    quotas.raised.cache_clear()


def test_a_setting_raises_one_and_leaves_the_others(setting: pytest.MonkeyPatch) -> None:
    setting.setenv(quotas.SETTING, '{"filter-fields": 7}')
    assert (quotas.quota("filter-fields"), quotas.quota("filter")) == (7, 10)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "is not JSON"),
        ("[1]", "must be a JSON object of whole numbers"),
        ('{"filter": -1}', "must be a JSON object of whole numbers"),
        ('{"filter": true}', "must be a JSON object of whole numbers"),
        ('{"filters": 3}', "has no filters; it has schema, "),
    ],
)
def test_a_setting_that_means_nothing_is_refused(setting: pytest.MonkeyPatch, text: str, message: str) -> None:
    setting.setenv(quotas.SETTING, text)
    with pytest.raises(quotas.QuotasError, match=quotas.SETTING) as refused:
        quotas.quota("filter")
    assert message in str(refused.value)


def test_the_endpoint_does_not_start_with_it(data_dir: Path) -> None:
    command = [sys.executable, "-m", "local_personalize", "--port", "0", "--data-dir", str(data_dir)]
    environment = {**os.environ, quotas.SETTING: "{"}
    ended = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr.startswith(f"{quotas.SETTING} is not JSON")
