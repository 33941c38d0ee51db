"""One model of config.yaml, loading, JSON Schema."""

from outwarden.config.alarms import HIGH_4XX, AlarmSpec
from outwarden.config.root import Config

__all__ = ["HIGH_4XX", "AlarmSpec", "Config"]
