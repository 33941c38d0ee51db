"""Windows -> alarms, by CloudWatch's own rules."""

from outwarden.watch.evaluate import Verdict, evaluate
from outwarden.watch.states import AlarmState, states
from outwarden.watch.watcher import Watcher

__all__ = ["AlarmState", "Verdict", "Watcher", "evaluate", "states"]
