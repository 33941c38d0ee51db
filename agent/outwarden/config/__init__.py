"""One model of config.yaml, loading, JSON Schema."""

from outwarden.config.alarms import AlarmSpec
from outwarden.config.root import Config

__all__ = ["AlarmSpec", "Config"]
