"""AWS clients for the whole project, and what their errors mean.

Every call through these clients is our own: it makes no events and no spans. The SDK tries each call once and waits
little; whoever calls decides about trying again, so that nothing is given up behind our back.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Final, Generic, Literal, TypeVar, overload

import boto3
from botocore import exceptions as sdk
from botocore.config import Config

from outwarden.errors import CloudError, Unauthorized
from outwarden.polite import unwatched
from outwarden.sinks.aws_errors import bounded, classify, explain

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch import CloudWatchClient
    from mypy_boto3_logs import CloudWatchLogsClient
    from mypy_boto3_sns import SNSClient
    from mypy_boto3_sqs import SQSClient

__all__ = ["LateClient", "classify", "client", "explain", "quiet"]

Client = TypeVar("Client")

CONNECT_TIMEOUT_S: Final = 2
READ_TIMEOUT_S: Final = 10


@contextmanager
def quiet() -> Iterator[None]:
    """Make no events and no spans for what happens inside."""
    with unwatched():
        if "opentelemetry.context" not in sys.modules:
            yield
            return
        from opentelemetry.instrumentation.utils import suppress_instrumentation  # noqa: PLC0415 - only where it is in use

        with suppress_instrumentation():
            yield


@overload
def client(
    service: Literal["logs"],
    region: str | None = None,
    endpoint_url: str | None = None,
    *,
    max_pool: int = 4,
    session: boto3.session.Session | None = None,
) -> CloudWatchLogsClient: ...
@overload
def client(
    service: Literal["cloudwatch"],
    region: str | None = None,
    endpoint_url: str | None = None,
    *,
    max_pool: int = 4,
    session: boto3.session.Session | None = None,
) -> CloudWatchClient: ...
@overload
def client(
    service: Literal["sns"],
    region: str | None = None,
    endpoint_url: str | None = None,
    *,
    max_pool: int = 4,
    session: boto3.session.Session | None = None,
) -> SNSClient: ...
@overload
def client(
    service: Literal["sqs"],
    region: str | None = None,
    endpoint_url: str | None = None,
    *,
    max_pool: int = 4,
    session: boto3.session.Session | None = None,
) -> SQSClient: ...
@overload
def client(
    service: Literal["sts"],
    region: str | None = None,
    endpoint_url: str | None = None,
    *,
    max_pool: int = 4,
    session: boto3.session.Session | None = None,
) -> Any: ...
def client(
    service: str,
    region: str | None = None,
    endpoint_url: str | None = None,
    *,
    max_pool: int = 4,
    session: boto3.session.Session | None = None,
) -> Any:
    """Make a client that tries each call once and whose calls are never watched.

    Nothing is sent yet; that credentials can be found is checked, that AWS takes them is not.

    Args:
        service: name of the service in the SDK.
        region: AWS region; None: as the SDK finds it, or AWS_REGION.
        endpoint_url: another endpoint than AWS's own; the region is then not checked.
        max_pool: connections kept at most.
        session: where to look for credentials; None: the SDK's own search.

    Raises:
        CloudError: the region, the credentials, the profile or the endpoint cannot be used.
    """
    once = {"total_max_attempts": 1, "mode": "standard"}
    return _make(service, region, endpoint_url, retries=once, max_pool=max_pool, session=session)


class LateClient(Generic[Client]):
    """A client that is made when it is first needed; until it can be made, each attempt looks for credentials anew."""

    def __init__(self, make: Callable[[], Client]) -> None:
        self._make = make
        self.made: Client | None = None

    def get(self) -> Client:
        """Give the client.

        Raises:
            Unauthorized: the region, the credentials, the profile or the endpoint cannot be used yet.
        """
        if self.made is None:
            try:
                self.made = self._make()
            except CloudError as error:
                raise Unauthorized(str(error)) from None
        return self.made


def session() -> boto3.session.Session:
    """Look for profile and credentials once, for several clients.

    Raises:
        CloudError: the profile cannot be used.
    """
    with quiet(), _told():
        return boto3.session.Session()


def patient_client(
    service: str, region: str | None, endpoint_url: str | None, session: boto3.session.Session | None = None
) -> Any:
    """Make a client that slows down and tries again when AWS asks for that; its calls are never watched either.

    Raises:
        CloudError: the region, the credentials, the profile or the endpoint cannot be used.
    """
    patient = {"total_max_attempts": 5, "mode": "adaptive"}
    return _make(service, region, endpoint_url, retries=patient, session=session)


def _make(
    service: str,
    region: str | None,
    endpoint_url: str | None,
    *,
    retries: Any,
    max_pool: int = 4,
    session: boto3.session.Session | None = None,
) -> Any:
    with quiet(), _told():
        session = session or boto3.session.Session()
        region = region or session.region_name or os.environ.get("AWS_REGION")
        if not region:
            raise CloudError("No AWS region is set. Set sinks.cloudwatch.region in the config file, or AWS_REGION.")
        if not endpoint_url:
            _check_region(session, service, region)
        sdk_config = Config(
            connect_timeout=CONNECT_TIMEOUT_S,
            read_timeout=READ_TIMEOUT_S,
            retries=retries,
            max_pool_connections=max_pool,
            user_agent_extra="outwarden",
        )
        make: Any = session.client  # its hints want a literal name
        made = make(service, region_name=region, endpoint_url=endpoint_url, config=sdk_config)
        if session.get_credentials() is None:
            raise sdk.NoCredentialsError
    return _unwatched_client(made)


@contextmanager
def _told() -> Iterator[None]:
    """Turn what goes wrong while a client is made into one line for a person."""
    try:
        yield
    except (sdk.BotoCoreError, sdk.ClientError) as error:
        raise CloudError(explain(error)) from None
    except ValueError:  # what the SDK raises for an endpoint without scheme or host
        raise CloudError(
            "sinks.cloudwatch.endpoint_url is no address. Give scheme and host, such as http://127.0.0.1:4566, "
            "or leave it out for AWS itself."
        ) from None


def _check_region(session: boto3.session.Session, service: str, region: str) -> None:
    """The SDK takes any name that looks like a region and fails much later, when it looks the host up."""
    ask: Any = session.get_available_regions  # its hints want a literal name
    known = [name for partition in session.get_available_partitions() for name in ask(service, partition)]
    if not known or region in known:  # IAM is everywhere and lists none
        return
    near = get_close_matches(region, known, n=1)
    hint = f" Did you mean {near[0]}?" if near else ""
    raise CloudError(
        f"{bounded(region, 40)!r} is not a region that this AWS SDK knows for {service}.{hint} "
        "Mend sinks.cloudwatch.region or AWS_REGION; for a newer region upgrade boto3."
    )


def _unwatched_client(made: Any) -> Any:
    """Every method and every paginator of a client ends in this one function of the instance."""
    send = made._make_api_call  # noqa: SLF001 - the SDK's one door; its own tests and moto hold on to the name as well

    def send_quietly(operation: str, parameters: dict[str, Any]) -> Any:
        with quiet():
            return send(operation, parameters)

    made._make_api_call = send_quietly  # noqa: SLF001
    return made
