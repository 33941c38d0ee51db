"""`links`: where whoever is told can look further."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from outwarden.config.section import Section


class Links(Section, frozen=True, kw_only=True):
    """Addresses that every message carries; {alarm}, {service}, {env}, {metric} and {trace_id} are filled in."""

    dashboard: Annotated[str | None, Meta(description="Address of a dashboard.")] = None
    runbook: Annotated[str | None, Meta(description="Address of the page that says what to do about an alarm.")] = None
    logs: Annotated[str | None, Meta(description="Address where the events can be searched.")] = None
    trace: Annotated[str | None, Meta(description="Address of one trace; told where an alert has a trace.")] = None

    def given(self) -> dict[str, str]:
        """Give those that are set, by name."""
        return {name: link for name in self.__struct_fields__ if (link := getattr(self, name)) is not None}
