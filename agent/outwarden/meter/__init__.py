"""Events -> windows of counts per minute."""

from outwarden.meter.classes import METRICS, classes
from outwarden.meter.meter import Meter
from outwarden.meter.windows import Point, Series

__all__ = ["METRICS", "Meter", "Point", "Series", "classes"]
