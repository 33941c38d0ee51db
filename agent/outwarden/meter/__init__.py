"""Events -> windows of counts per minute."""

from outwarden.meter.classes import classes
from outwarden.meter.meter import Meter
from outwarden.meter.windows import Point, Series

__all__ = ["Meter", "Point", "Series", "classes"]
