"""`provision`: what the configuration asks for in AWS: log group, topics, subscriptions and alarms.

Wanted and found are the same kind of values; the difference between them is worked out in between, with no AWS in reach.
"""

from outwarden.provision.change import Change, Difference
from outwarden.provision.infra import apply, destroy

__all__ = ["Change", "Difference", "apply", "destroy"]
