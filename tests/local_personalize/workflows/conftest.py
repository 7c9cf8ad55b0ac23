from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.conftest import Endpoint


@pytest.fixture(scope="session")
def working(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Endpoint]:
    """An endpoint that lets functions run, shared since state machines and stacks take long to import."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LOCAL_PERSONALIZE_LAMBDA", "run")
        endpoint = Endpoint(tmp_path_factory.mktemp("working") / "data").start()
    yield endpoint
    endpoint.stop()
