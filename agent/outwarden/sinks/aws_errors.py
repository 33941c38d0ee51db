"""What the errors of AWS and of its SDK mean, in one line for people and in one class for programs."""

from __future__ import annotations

import re
from typing import Final

from botocore import exceptions as sdk

from outwarden.errors import Rejected, Retry, SinkError, Unauthorized

_UNAUTHORIZED: Final = frozenset(
    [
        "AccessDenied",
        "AccessDeniedException",
        "AuthFailure",
        "AuthorizationError",
        "ExpiredToken",
        "ExpiredTokenException",
        "IncompleteSignature",
        "IncompleteSignatureException",
        "InvalidAccessKeyId",
        "InvalidClientTokenId",
        "InvalidSignatureException",
        "MissingAuthenticationToken",
        "MissingAuthenticationTokenException",
        "NotAuthorized",
        "NotAuthorizedException",
        "OptInRequired",
        "RequestExpired",
        "SignatureDoesNotMatch",
        "TokenRefreshRequired",
        "UnauthorizedOperation",
        "UnrecognizedClientException",
    ]
)
_THROTTLED: Final = frozenset(
    [
        "BandwidthLimitExceeded",
        "LimitExceeded",
        "LimitExceededException",
        "PriorRequestNotComplete",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestThrottledException",
        "SlowDown",
        "ThrottledException",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
    ]
)
_INVALID: Final = frozenset(
    [
        "InvalidParameter",
        "InvalidParameterCombination",
        "InvalidParameterCombinationException",
        "InvalidParameterException",
        "InvalidParameterValue",
        "InvalidParameterValueException",
        "MissingParameter",
        "MissingRequiredParameterException",
        "RequestEntityTooLarge",
        "SerializationException",
        "ValidationError",
        "ValidationException",
    ]
)
_NO_CREDENTIALS: Final = (
    sdk.CredentialRetrievalError,
    getattr(sdk, "LoginError", sdk.SSOError),  # newer than our lower bound
    sdk.NoAuthTokenError,
    sdk.NoCredentialsError,
    sdk.PartialCredentialsError,
    sdk.ProfileNotFound,
    sdk.RefreshWithMFAUnsupportedError,
    sdk.SSOError,
    sdk.TokenRetrievalError,
)
_ACTION: Final = re.compile(r"not authorized to perform: ([A-Za-z0-9:*-]{3,100})")


def explain(error: BaseException) -> str:
    """Say in one line what AWS or its SDK did not like, and what to do; never a secret's value."""
    if isinstance(error, sdk.ClientError):
        return _explain_answer(error)
    if isinstance(error, sdk.ProfileNotFound):
        return "The AWS profile in AWS_PROFILE does not exist. Name one of `aws configure list-profiles`, or unset it."
    if isinstance(error, sdk.PartialCredentialsError):
        return "The AWS credentials are incomplete. Give both the access key id and the secret access key."
    if isinstance(error, _NO_CREDENTIALS):
        return (
            f"No usable AWS credentials were found ({type(error).__name__}). "
            "Run `aws configure` or `aws sso login`, or give the process a role."
        )
    if isinstance(error, sdk.NoRegionError):
        return "No AWS region is set. Set sinks.cloudwatch.region in the config file, or AWS_REGION."
    if isinstance(error, sdk.InvalidRegionError):
        return "The AWS region has no valid form. Set sinks.cloudwatch.region to one such as ap-southeast-3."
    if isinstance(error, sdk.ParamValidationError):
        return f"The AWS SDK refused the request: {bounded(str(error))}"
    if isinstance(error, (sdk.ReadTimeoutError, sdk.ConnectionClosedError, sdk.IncompleteReadError)):
        return f"AWS did not answer to the end ({type(error).__name__})."
    if isinstance(error, (sdk.ConnectionError, sdk.HTTPClientError)):
        return f"AWS cannot be reached ({type(error).__name__}). Check the network, the region and the endpoint."
    return f"The AWS SDK failed ({type(error).__name__})."


def classify(error: BaseException) -> SinkError:
    """Say what a failed call means for whoever made it.

    Returns:
        Unauthorized: credentials or permissions must be mended first.
        Rejected: the request can never be taken; its one item, index 0, stands for the whole of it.
        Retry: everything else, unknown errors too: what is kept is not lost.
    """
    text = explain(error)
    if isinstance(error, sdk.ClientError):
        code, status = _code(error), _status(error)
        if code in _INVALID:
            return Rejected([(0, text)])
        if code in _THROTTLED or status == 429:
            return Retry(text, after_s=_retry_after(error))
        if code in _UNAUTHORIZED or status in (401, 403):
            return Unauthorized(text)
        return Retry(text, after_s=_retry_after(error))
    if isinstance(error, _NO_CREDENTIALS):
        return Unauthorized(text)
    if isinstance(error, sdk.ParamValidationError):
        return Rejected([(0, text)])
    return Retry(text)


def _explain_answer(error: sdk.ClientError) -> str:
    code, operation = _code(error), error.operation_name
    if code in _UNAUTHORIZED or _status(error) in (401, 403):
        action = _ACTION.search(str(error.response.get("Error", {}).get("Message", "")))
        if action or code.startswith("AccessDenied"):
            return f"AWS denied {action[1] if action else operation} ({code}). Allow it to the credentials in use."
        return f"AWS did not take the credentials at {operation} ({code}). Renew them, or log in again."
    if code in _THROTTLED or _status(error) == 429:
        return f"AWS throttled {operation} ({code})."
    if code in _INVALID:
        return f"AWS refused {operation} ({code}): {bounded(str(error.response.get('Error', {}).get('Message', '')))}"
    return f"AWS could not do {operation} ({code})."


def _code(error: sdk.ClientError) -> str:
    return bounded(str(error.response.get("Error", {}).get("Code", "Unknown")), 80)


def _status(error: sdk.ClientError) -> int:
    return int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))


def _retry_after(error: sdk.ClientError) -> float | None:
    text = str(error.response.get("ResponseMetadata", {}).get("HTTPHeaders", {}).get("retry-after", ""))
    return float(text) if text.isascii() and text.isdigit() else None


def bounded(text: str, most: int = 300) -> str:
    """One line, and not for ever: a message may quote our whole request."""
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[:most]}…"
