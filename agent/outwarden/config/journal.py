"""`journal` and `history`: what stays on this machine."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from outwarden.config.section import Section
from outwarden.config.units import Duration, Size


class Journal(Section, frozen=True, kw_only=True):
    """Where the program writes its events."""

    to: Annotated[Literal["files", "stdout"], Meta(description="Files, or standard output where only that exists.")] = (
        "files"
    )
    dir: Annotated[
        str | None,
        Meta(
            description="Directory of the journal; default: $XDG_STATE_HOME/outwarden/journal, else ~/.local/state/outwarden/journal."
        ),
    ] = None
    max_bytes: Annotated[Size, Meta(description="Cap of journal and history together.")] = Size(1 << 30)
    sync: Annotated[
        Literal["never", "interval", "always"],
        Meta(
            description="fdatasync: never (survives the death of the process), each 100 ms by the sidecar, or before each append returns."
        ),
    ] = "never"
    rotate_bytes: Annotated[Size, Meta(description="A file is rotated at this size.")] = Size(16 << 20)
    rotate_after: Annotated[Duration, Meta(description="A file is rotated at this age.")] = Duration(3600)


class History(Section, frozen=True, kw_only=True):
    """What `status`, `tail` and the summary read."""

    keep: Annotated[Duration, Meta(description="How long events are kept on this machine.")] = Duration(7 * 86400)
    dir: Annotated[
        str | None,
        Meta(
            description="Directory of the history; default: a folder `history` in the state directory, or in journal.dir."
        ),
    ] = None
