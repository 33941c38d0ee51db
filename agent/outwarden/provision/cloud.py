"""Cloud: the clients of one account and region, each made when it is first asked for."""

from __future__ import annotations

from typing import Any, NamedTuple

from outwarden.config import Config
from outwarden.provision.model import sink
from outwarden.sinks import aws


class Account(NamedTuple):
    """Where things are."""

    partition: str
    region: str
    id: str


class Cloud:
    """AWS. Its clients wait and try again when they are told to slow down: PutMetricAlarm is limited to 3 a second."""

    def __init__(self, config: Config) -> None:
        """Prepare; nothing is sent yet.

        Raises:
            ConfigError: `sinks.cloudwatch` is not set.
        """
        at = sink(config)
        self._where = (at.region, at.endpoint_url)
        self._session: Any = None
        self._clients: dict[str, Any] = {}

    def client(self, service: str) -> Any:
        """Give the client of a service.

        Raises:
            CloudError: region, credentials or endpoint cannot be used.
        """
        if service not in self._clients:
            self._clients[service] = aws.patient_client(service, *self._where, self._one_session())
        return self._clients[service]

    def account(self) -> Account:
        """Say where we are; AWS asks no permission for that."""
        sts = aws.client("sts", *self._where, session=self._one_session())  # not patient: it is the first to be asked
        arn = sts.get_caller_identity()["Arn"].split(":")
        return Account(partition=arn[1], region=sts.meta.region_name, id=arn[4])

    def _one_session(self) -> Any:
        """Give the same to all clients: most of what a client costs is reading what AWS is like."""
        self._session = self._session or aws.session()
        return self._session
