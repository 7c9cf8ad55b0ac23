"""One page of a list: maxResults and nextToken for every List operation.

A token names the last entry shown, not a position, so that entries added or removed between two calls neither repeat
nor hide others.
"""

from __future__ import annotations

import base64
import itertools
import json
from collections.abc import Callable, Iterable
from typing import Any

from local_personalize import resources
from local_personalize.application import Call
from local_personalize.errors import InvalidNextTokenException
from local_personalize.resources import Document, Resource

DEFAULT_RESULTS = 100
LATEST = 1e12
"""No entry was created later than so many seconds after 1970."""

Key = tuple[float, str]
"""Creation time and ARN: unique, and newer entries come last."""


def list_resources(
    call: Call,
    request: dict[str, Any],
    kind: str,
    member: str,
    where: Callable[[Resource], bool] = lambda resource: True,
) -> dict[str, Any]:
    """Return one page of the resources of a kind in the caller's region, oldest first, and read no more."""
    after, size = _read(member, request.get("nextToken")), request.get("maxResults", DEFAULT_RESULTS)
    stored = resources.walk(call.app.store.reader(), kind, after)
    mine = (entry for entry in stored if entry.arn.split(":")[3] == call.region and where(entry))
    found = list(itertools.islice(mine, size + 1))
    return _page(member, [((one.doc["creationDateTime"], one.arn), one.doc) for one in found], size)


def page(request: dict[str, Any], member: str, keyed: Iterable[tuple[Key, Document]]) -> dict[str, Any]:
    """Return {member: documents, "nextToken": ...} out of (key, document) pairs.

    Raises InvalidNextTokenException.
    """
    after = _read(member, request.get("nextToken"))
    rest = sorted((pair for pair in keyed if after is None or pair[0] > after), key=lambda pair: pair[0])
    return _page(member, rest, request.get("maxResults", DEFAULT_RESULTS))


def _page(member: str, rest: list[tuple[Key, Document]], size: int) -> dict[str, Any]:
    answer: dict[str, Any] = {member: [document for _, document in rest[:size]]}
    if len(rest) > size:
        answer["nextToken"] = _write(member, rest[size - 1][0])
    return answer


def _write(member: str, key: Key) -> str:
    return base64.urlsafe_b64encode(json.dumps([member, *key]).encode()).decode()


def _read(member: str, token: str | None) -> Key | None:
    if not token:
        return None
    try:
        of, when, name = json.loads(base64.b64decode(token, altchars=b"-_", validate=True))
    except (ValueError, TypeError, RecursionError) as wrong:
        raise InvalidNextTokenException("The token is invalid.") from wrong
    if of != member or not _is_key(when, name):
        raise InvalidNextTokenException("The token is invalid.")
    return float(when), name


def _is_key(when: Any, name: Any) -> bool:
    """Tell whether a time and an ARN can be an entry's: SQLite takes neither huge numbers nor half surrogates."""
    return type(when) in (int, float) and 0 <= when < LATEST and isinstance(name, str) and name.isascii()
