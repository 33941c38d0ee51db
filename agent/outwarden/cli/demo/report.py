"""What the demo found, as the one object that `--json` prints."""

from __future__ import annotations

import msgspec

from outwarden.alert import State


class AlarmSeen(msgspec.Struct, frozen=True, kw_only=True):
    """An alarm, as the local AWS describes it."""

    name: str
    state: State
    source: str
    """Who evaluated it: `cloudwatch` is the local AWS itself."""


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """Counts of what was made, stored and found; `secrets_found` counts pairs of a secret and a place that held it."""

    calls: int
    events_in_journal: int
    events_in_cloudwatch: int
    secrets_planted: int
    secrets_found: int
    alarm: AlarmSeen
    notifications: int
    log_group: str
    log_stream: str

    @property
    def good(self) -> bool:
        """Whether the road held: all events arrived, no secret was found, the alarm fired and was told."""
        return (
            self.calls == self.events_in_journal == self.events_in_cloudwatch
            and self.secrets_found == 0
            and self.alarm.state == "ALARM"
            and self.notifications > 0
        )
