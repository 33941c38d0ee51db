"""Geo: the country of a user's address, looked up on this machine. The address itself goes no further."""

from __future__ import annotations

import logging
import os
import threading
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from outwarden.polite import swallow

if TYPE_CHECKING:
    from ipaddress import IPv4Address, IPv6Address

    Address = IPv4Address | IPv6Address

logger = logging.getLogger(__name__)

_DATA: Final = {4: "geoip2fast.dat.gz", 6: "geoip2fast-ipv6.dat.gz"}
"""The tables of IPv6 hold those of IPv4, and take twice the memory."""
_OVERWRITES: Final = ("PYTHONIOENCODING", "PYTHONWARNINGS")
_LONGEST: Final = 64
_said: Final[list[bool]] = []

_loading: Final = threading.RLock()
"""Held during late imports; a fork waits for it: a child would find Python's import locks taken for ever."""
os.register_at_fork(before=_loading.acquire, after_in_parent=_loading.release, after_in_child=_loading.release)


def address(text: str) -> Address | None:
    """Read an address as servers and proxies write it: with or without brackets, port and zone; None if it is none.

    An IPv4 address that is mapped into IPv6 is given as what it is.
    """
    text = text.strip()
    if len(text) > _LONGEST:
        return None
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    with _loading:
        import ipaddress  # noqa: PLC0415 - 2 ms that only those pay who give an address
    try:
        found = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return mapped if mapped is not None else found


class Countries:
    """Look countries up; the tables are loaded with the first public address. Addresses are not remembered."""

    def __init__(self) -> None:
        self._tables: Any = None
        self._reach = 0
        """The tables at hand know addresses up to this version."""

    def of(self, text: str) -> str | None:
        """Give the country of an address, such as `ID`; None for private ones and for those that nobody knows."""
        where = address(text)
        if where is None or not where.is_global:
            return None
        if self._reach < where.version:
            with _loading:
                if self._reach < where.version:
                    self._tables, self._reach = _load(_DATA[where.version]), where.version
        if self._tables is None:
            return None
        code: object = self._tables.lookup(str(where)).country_code
        return code if isinstance(code, str) and len(code) == 2 and code.isalpha() else None


def _load(name: str) -> Any:
    """Load the tables; None, said once, where they are not installed."""
    before = {variable: os.environ.get(variable) for variable in _OVERWRITES}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # its source has escapes that newer Pythons complain about
            import geoip2fast  # noqa: PLC0415 - 50 ms and 27 MB that only those pay who give an address

        return geoip2fast.GeoIP2Fast(geoip2fast_data_file=str(Path(geoip2fast.__file__).with_name(name)))
    except ImportError:
        if not _said:
            _said.append(True)
            logger.warning("Addresses are given, but no country is known. Run: pip install 'outwarden[geo]'")
    except Exception as fault:
        swallow("geo", fault)
    finally:  # its import sets both for the whole process, and all children would inherit them
        for variable, value in before.items():
            if value is None:
                os.environ.pop(variable, None)
            else:
                os.environ[variable] = value
    return None
