"""The errors of Amazon Personalize, as botocore's models name them.

    ServiceError
    +- InvalidInputException              a request that breaks a rule of the service
    +- ResourceNotFoundException          no resource with that ARN
    +- ResourceAlreadyExistsException     the name is taken
    +- ResourceInUseException             the resource is busy or others depend on it
    +- LimitExceededException             a quota is used up
    +- InvalidNextTokenException          a page token that was not handed out
    +- TooManyTagsException, TooManyTagKeysException
    +- UnknownOperationException          the operation is not one of the 79, or not there yet
    +- InternalFailure                    a defect of ours, HTTP 500

Raise them from operations with AWS's own words; protocol.py turns them into the answer.
"""

from __future__ import annotations


class ServiceError(Exception):
    """An error that the service answers with; its class name is AWS's code."""

    status = 400

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message

    @property
    def code(self) -> str:
        """Return the code on the wire, for example InvalidInputException."""
        return type(self).__name__


class InvalidInputException(ServiceError):
    """The request breaks a rule of the service."""


class ResourceNotFoundException(ServiceError):
    """The ARN names nothing."""


class ResourceAlreadyExistsException(ServiceError):
    """A resource of this type has that name."""


class ResourceInUseException(ServiceError):
    """The resource is being made, changed or deleted, or others depend on it."""


class LimitExceededException(ServiceError):
    """A quota of the service is used up."""


class InvalidNextTokenException(ServiceError):
    """The page token is not one that was handed out."""


class TooManyTagsException(ServiceError):
    """A resource may carry 50 tags."""


class TooManyTagKeysException(ServiceError):
    """The request names too many tag keys."""


class UnknownOperationException(ServiceError):
    """The operation is not known here."""


class InternalFailure(ServiceError):
    """Something broke here, not in the request; raised at the edge of the process alone."""

    status = 500
