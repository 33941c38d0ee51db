"""The profiles that come with outwarden, as `make regen` has made them from the YAML files beside this one.

Parsing YAML is slow and heavy, so a watched program never does.
"""

from __future__ import annotations

import os
from functools import cache
from typing import Any, Final

import msgspec

from outwarden.apis.profile import Profile
from outwarden.errors import ConfigError

FILE: Final = "profiles.json"


@cache
def builtin() -> tuple[Profile, ...]:
    """Read the built-in profiles.

    Raises:
        ConfigError: this installation is damaged.
    """
    loader: Any = __loader__  # type: ignore[name-defined]  # every module has one; it reads from a zip file as well
    try:
        data = loader.get_data(os.path.join(os.path.dirname(__file__), FILE))  # noqa: PTH118, PTH120 - 3 ms less than importlib.resources
        return msgspec.json.decode(data, type=tuple[Profile, ...])
    except (OSError, msgspec.DecodeError) as error:
        raise ConfigError(f"{FILE}: this is not what came with outwarden. Install it again.") from error
