"""The other AWS services on the same port: moto behind WSGI, with a journal that survives kill -9.

moto keeps everything in memory. Each call that changed something is journalled before its answer leaves, together
with the time and the seed of moto's random numbers, so that the same calls give the same ARNs, identifiers and dates
after a restart. moto takes more than a second to import: that happens in a thread, and calls wait for it.
"""

from __future__ import annotations

import contextlib
import dataclasses
import datetime
import html
import io
import json
import logging
import re
import secrets
import threading
import urllib.parse
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any

from local_personalize import access, clock, mail
from local_personalize.application import Application
from local_personalize.arns import ACCOUNT
from local_personalize.aws_journal import Entry, Journal

log = logging.getLogger(__name__)

Environ = dict[str, Any]
StartResponse = Callable[..., object]
Wsgi = Callable[[Environ, StartResponse], Iterable[bytes]]

READING = re.compile(r"(BatchGet|Decode|Describe|Filter|Get|Head|List|Lookup|Query|Scan|Search|Select|Simulate|Verify)")
RUNNING = re.compile(r"(Assume|Invoke|Publish|Send|Start)")
"""Calls that make something happen rather than be: they are not repeated after a restart."""

UNNEEDED = re.compile(
    r"accept.*|amz-sdk-.*|authorization|connection|content-length|expect|transfer-encoding|user-agent|x-amz-date"
    r"|x-amz-security-token"
)
"""Headers that a repeated call does without; what signs it is replaced."""


class AwsServices:
    """S3, IAM, STS, SSM and whatever else moto serves, as a WSGI application."""

    def __init__(self, data: Path, url: str) -> None:
        self._journal = Journal(data / "aws")
        self._mail = data / mail.FOLDER
        self._url = url
        self._loaded: Future[Wsgi] = Future()
        self._lock = threading.Lock()
        self._now: float | None = None

    def start(self) -> None:
        """Load moto and repeat the journal, in a thread."""
        threading.Thread(target=self._load, name="aws-services", daemon=True).start()

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one HTTP request."""
        body = environ["wsgi.input"].read()
        try:
            status, headers, content = self._answer(environ, body)
        except (NotImplementedError, ImportError) as missing:
            refused = "501 Not Implemented", "NotImplemented", f"Not on this machine: {missing}"
            status, headers, content = _refusal(environ, *refused)
        except Exception:  # the edge of the process: what moto did not foresee is logged and answered
            log.exception("%s %s failed", environ["REQUEST_METHOD"], environ["PATH_INFO"])
            refused = "500 Internal Server Error", "InternalFailure", "See the endpoint's log"
            status, headers, content = _refusal(environ, *refused)
        start_response(status, headers)
        return [content]

    def role_statements(self, role_arn: str) -> list[access.Statement] | None:
        """Return the statements of the policies of a role that Amazon Personalize may assume, else None."""
        self._loaded.result()
        from moto.iam.models import iam_backends

        with self._lock:
            roles = [role for role in iam_backends[ACCOUNT]["aws"].get_roles() if role.arn == role_arn]
            if not roles or not access.trusts_personalize(roles[0].assume_role_policy_document):
                return None
            managed = [version for policy in roles[0].managed_policies.values() for version in policy.versions]
            documents = [version.document for version in managed if version.is_default]
            documents += roles[0].policies.values()
        return [statement for document in documents for statement in access.statements(document)]

    def bucket_statements(self, bucket: str) -> list[access.Statement] | None:
        """Return the statements of a bucket's policy, or None where there is no such bucket."""
        self._loaded.result()
        from moto.s3.models import s3_backends

        with self._lock:
            found = s3_backends[ACCOUNT]["aws"].buckets.get(bucket)
            return None if found is None else access.statements(found.policy)

    def _load(self) -> None:
        try:
            # Imported here since it imports moto.
            from local_personalize import moto_application
            from local_personalize.workflows.events import Deliveries

            deliveries = Deliveries()
            application = moto_application.application(self._time, self._url, deliveries, self._mail)
            for entry in self._journal.read():
                self._repeat(application, entry)
            deliveries.open()
        except Exception as failure:  # the edge of the thread: those who wait for it are told
            log.exception("The AWS services could not be loaded")
            self._loaded.set_exception(failure)
        else:
            self._loaded.set_result(application)

    def _time(self) -> datetime.datetime:
        """Return the time that moto sees, in UTC without a zone as moto has it: while repeating, that of then."""
        moment = clock.now() if self._now is None else self._now
        return datetime.datetime.fromtimestamp(moment, datetime.UTC).replace(tzinfo=None)

    def _repeat(self, application: Wsgi, entry: Entry) -> None:
        with self._at(entry.time, entry.seed):
            status, _, content = _run(application, _environ_of(entry), self._journal.body(entry))
        if not status.startswith("2"):
            log.warning("%s %s could not be repeated: %s", entry.method, entry.uri, status)
        elif entry.upload:
            _rename_upload(entry, _upload_id(content))

    @contextlib.contextmanager
    def _at(self, time: float, seed: int) -> Iterator[None]:
        from moto.moto_api._internal import mock_random

        mock_random.seed(seed)
        self._now = time
        try:
            yield
        finally:
            self._now = None

    def _answer(self, environ: Environ, body: bytes) -> tuple[str, list[tuple[str, str]], bytes]:
        if environ["PATH_INFO"].startswith("/moto-api"):
            raise NotImplementedError("moto's own interface, which would pass the journal by")
        application = self._loaded.result()
        environ["RAW_URI"] = _raw_uri(environ)
        environ |= _spellings(name.decode("latin1") for name, _ in environ["asgi.scope"]["headers"])
        if _invokes(environ):
            return _run(application, environ, body)  # without the lock: the function's own calls come back here
        if not _changes(environ, body):
            with self._lock:
                return _run(application, environ, body)
        kept = self._journal.keep_body(body)
        with self._lock:
            entry = _entry(environ, kept)
            with self._at(entry.time, entry.seed):
                status, headers, content = _run(application, environ, body)
            if status.startswith("2"):
                self._journal.append(entry if "uploads" not in entry.query else _with_upload(entry, content))
            else:
                self._journal.drop_body(kept)
        return status, headers, content


def s3_access(app: Application, role_arn: str | None, bucket: str, action: str, key: str = "") -> bool:
    """Tell whether Amazon Personalize, by a role, may do "s3:GetObject", "s3:ListBucket" ... on a bucket or an object.

    The role must exist and trust personalize.amazonaws.com, and the bucket's policy or one of the role's must allow
    the action. AWS itself asks for both; the tutorials set up one or the other.
    """
    of_role = app.aws.role_statements(role_arn) if role_arn else None
    of_bucket = app.aws.bucket_statements(bucket)
    if role_arn is None or of_role is None or of_bucket is None:
        return False
    resource = f"arn:aws:s3:::{bucket}/{key}" if key else f"arn:aws:s3:::{bucket}"
    return access.allows([*of_role, *access.for_principal(of_bucket, role_arn)], action, resource)


def _run(application: Wsgi, environ: Environ, body: bytes) -> tuple[str, list[tuple[str, str]], bytes]:
    """Call a WSGI application and return status, headers and content."""
    started: list[Any] = []

    def start_response(status: str, headers: list[tuple[str, str]], exc_info: object = None) -> None:
        started[:] = [status, headers]

    environ.pop("HTTP_TRANSFER_ENCODING", None)
    environ.update({"wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": str(len(body))})
    chunks = application(environ, start_response)
    try:
        content = b"".join(chunks)
    finally:
        getattr(chunks, "close", bool)()
    return started[0], started[1], content


def _refusal(environ: Environ, status: str, code: str, message: str) -> tuple[str, list[tuple[str, str]], bytes]:
    """Return an error in the format that the client of the service reads."""
    if _is_query(environ) or _scope(environ)[1] == "s3":
        told = f"<Error><Code>{code}</Code><Message>{html.escape(message)}</Message></Error>"
        body, kind = f"<ErrorResponse>{told}</ErrorResponse>".encode(), "text/xml"
    else:
        body, kind = json.dumps({"__type": code, "message": message}).encode(), "application/json"
    return status, [("Content-Type", kind), ("Content-Length", str(len(body)))], body


def _raw_uri(environ: Environ) -> str:
    """Return path and query as they came: S3 keys hold characters that decoding would lose."""
    scope = environ["asgi.scope"]
    query = scope["query_string"].decode("ascii")
    path: str = scope["raw_path"].decode("ascii")
    return f"{path}?{query}" if query else path


def _changes(environ: Environ, body: bytes) -> bool:
    """Tell whether a call may change something that is to be found again after a restart."""
    service = _scope(environ)[1]
    if environ["REQUEST_METHOD"] in ("GET", "HEAD", "OPTIONS") or service == "sts":
        return False
    action = environ.get("HTTP_X_AMZ_TARGET", "").rpartition(".")[2]
    if _is_query(environ):
        action = dict(urllib.parse.parse_qsl(body.decode("utf-8", "replace"))).get("Action", "")
    return not (READING.match(action) or RUNNING.match(action))


def _is_query(environ: Environ) -> bool:
    """Tell whether a call names its action in a form and expects XML, as those of IAM and STS."""
    form = environ.get("CONTENT_TYPE", "").startswith("application/x-www-form-urlencoded")
    return form and _scope(environ)[1] != "s3"


def _invokes(environ: Environ) -> bool:
    """Tell whether a call lets a Lambda function run."""
    return _scope(environ)[1] == "lambda" and environ["PATH_INFO"].endswith("/invocations")


def _scope(environ: Environ) -> tuple[str, str]:
    """Return region and service out of the credential scope of a signed request; S3 where there is none."""
    found = re.search(r"Credential=[^/]+/[^/]+/([^/]+)/([^/]+)/", environ.get("HTTP_AUTHORIZATION", ""))
    return (found[1], found[2]) if found else ("us-east-1", "s3")


def _entry(environ: Environ, kept: dict[str, str]) -> Entry:
    region, service = _scope(environ)
    scope = environ["asgi.scope"]
    headers = {name.decode("latin1"): value.decode("latin1") for name, value in scope["headers"]}
    headers = {name: value for name, value in headers.items() if not UNNEEDED.fullmatch(name)}
    # Who signed is nobody's business; moto needs the scope to find the service.
    headers["authorization"] = f"AWS4-HMAC-SHA256 Credential=local/20260101/{region}/{service}/aws4_request"
    return Entry(
        service, environ["REQUEST_METHOD"], environ["RAW_URI"], headers, clock.now(), secrets.randbits(63), **kept
    )


def _spellings(names: Iterable[str]) -> Environ:
    """Return what tells moto the names of S3 metadata with an underscore, which WSGI takes for a hyphen."""
    kept = [name for name in names if name.startswith("x-amz-meta-") and "_" in name]
    return {"moto.preserved_header_names": {"HTTP_" + name.upper().replace("-", "_"): name for name in kept}}


def _environ_of(entry: Entry) -> Environ:
    """Return the WSGI environment of a call that is made again."""
    environ: Environ = {
        "REQUEST_METHOD": entry.method,
        "PATH_INFO": urllib.parse.unquote(entry.path, "latin1"),
        "QUERY_STRING": entry.uri.partition("?")[2],
        "RAW_URI": entry.uri,
        "SCRIPT_NAME": "",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.url_scheme": "http",
        "wsgi.errors": io.StringIO(),
    }
    for name, value in entry.headers.items():
        variable = name.upper().replace("-", "_")
        environ[variable if variable == "CONTENT_TYPE" else f"HTTP_{variable}"] = value
    return environ | _spellings(entry.headers)


def _upload_id(content: bytes) -> str:
    found = re.search(rb"<UploadId>([^<]+)<", content)
    if found is None:
        raise ValueError("The answer to CreateMultipartUpload names no upload")
    return found[1].decode()


def _with_upload(entry: Entry, content: bytes) -> Entry:
    """Return the entry with the upload's identifier, the only one that moto does not take from its seeded numbers."""
    return dataclasses.replace(entry, upload=_upload_id(content))


def _rename_upload(entry: Entry, present: str) -> None:
    from moto.s3.models import s3_backends

    for bucket in s3_backends[ACCOUNT]["aws"].buckets.values():
        if present in bucket.multiparts:
            upload = bucket.multiparts.pop(present)
            upload.id = entry.upload
            bucket.multiparts[entry.upload] = upload
