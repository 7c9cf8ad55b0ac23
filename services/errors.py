"""Turns whatever a call can raise into a sentence: what happened, and what to do."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.error import URLError

from botocore import exceptions as boto

from data.problems import MovieLensProblem


class Problem(Exception):  # noqa: N818  (it reads as what it is)
    """A failure that this app found itself, told in a title and a sentence that says what to do."""

    def __init__(self, title: str, body: str) -> None:
        super().__init__(f"{title}. {body}")
        self.title = title
        self.body = body


@dataclass(frozen=True, slots=True)
class Explained:
    """An error as a person reads it; message, code and request_id are for whoever looks closer."""

    title: str
    body: str
    message: str = ""
    code: str = ""
    request_id: str = ""


SERVICE_FAILURES = (boto.BotoCoreError, boto.ClientError)
"""Whatever boto3 raises when a call fails."""
_CREDENTIALS = (
    boto.NoCredentialsError,
    boto.PartialCredentialsError,
    boto.CredentialRetrievalError,
    boto.TokenRetrievalError,
    boto.SSOError,
    boto.ProfileNotFound,
    boto.InvalidConfigError,
    boto.ConfigParseError,
    boto.NoRegionError,
)
_UNREACHABLE = (boto.EndpointConnectionError, boto.ConnectionError, boto.HTTPClientError, URLError)
_DENIED = {"AccessDenied", "AccessDeniedException", "UnauthorizedOperation"}
_BAD_CREDENTIALS = {
    "UnrecognizedClientException",
    "InvalidClientTokenId",
    "ExpiredToken",
    "ExpiredTokenException",
    "SignatureDoesNotMatch",
}
_BUSY = {"ThrottlingException", "Throttling", "TooManyRequestsException", "ServiceUnavailable"}


def explain(exception: BaseException, doing: str = "") -> Explained:
    """Return the words for an exception; doing completes "Could not ...", else the operation's name does."""
    if isinstance(exception, Problem):
        return Explained(exception.title, exception.body)
    if isinstance(exception, MovieLensProblem):
        return Explained("MovieLens is not there", str(exception))
    if isinstance(exception, boto.ClientError):
        return _of_service(exception, doing)
    title = f"Could not {doing}" if doing else "That did not work"
    if isinstance(exception, _CREDENTIALS):
        body = (
            "AWS found no usable credentials for this profile. Choose another one on the Connection page, or sign in."
        )
        return Explained(title, body, str(exception), type(exception).__name__)
    if isinstance(exception, _UNREACHABLE):
        body = "The service does not answer. If it is the one on this computer, it is started again when you try again."
        return Explained(title, body, str(exception), type(exception).__name__)
    if isinstance(exception, boto.ParamValidationError):
        return Explained(title, _sentence(str(exception).split("\n", 1)[-1]), str(exception), "ParamValidationError")
    if isinstance(exception, (OSError, ValueError)):
        return Explained(title, _sentence(str(exception)), str(exception), type(exception).__name__)
    body = "This is a fault of the app. The log of the app has the details."
    return Explained(title, body, str(exception), type(exception).__name__)


def _of_service(exception: boto.ClientError, doing: str) -> Explained:
    error = exception.response.get("Error", {})
    code, message = error.get("Code", ""), error.get("Message", "")
    title = f"Could not {doing or describe_operation(exception.operation_name)}"
    request_id = exception.response.get("ResponseMetadata", {}).get("RequestId", "")
    return Explained(title, _advice(code, message), message, code, request_id)


def _advice(code: str, message: str) -> str:
    if code in _DENIED:
        action = re.search(r"perform: (\S+)", message)
        needed = f"the permission {action[1]}" if action else "a permission that it does not have"
        return f"This profile needs {needed}. Ask whoever looks after the AWS account."
    if code in _BAD_CREDENTIALS:
        return "AWS does not accept these credentials, or they have run out. Sign in again, or choose another profile."
    if code in _BUSY:
        return "The service is busy. Wait a moment and try again."
    if code == "ResourceInUseException":
        return f"{_sentence(message)} Wait until it is ready, or remove what depends on it first."
    if code == "ResourceNotFoundException":
        return f"{_sentence(message)} It may have been deleted since you opened this page: reload it."
    if code == "ResourceAlreadyExistsException":
        return f"{_sentence(message)} Choose another name."
    if code == "LimitExceededException":
        return f"A quota is used up: {_sentence(message)} Delete what is not needed any more."
    if code in {"BucketAlreadyExists", "BucketAlreadyOwnedByYou"}:
        return "Another account has a bucket of this name; bucket names are unique in the whole world. Choose another."
    return _sentence(message or code)


def is_unreachable(exception: BaseException) -> bool:
    """Tell whether the call never got an answer, so that trying again may help."""
    return isinstance(exception, _UNREACHABLE)


def describe_operation(operation: str) -> str:
    """Return an operation's name as words: CreateSolutionVersion becomes "create the solution version"."""
    verb, *rest = re.findall(r"[A-Z][a-z]*", operation) or [operation]
    words = " ".join(rest).lower()
    article = "" if words.endswith("s") or not words else "the "
    return f"{verb.lower()} {article}{words}".strip()


def _sentence(message: str) -> str:
    message = message.strip()
    return message if not message or message[-1] in ".!?" else message + "."
