"""`provision`: what the configuration asks for in AWS, as a template, as commands, and by plan and apply.

Everything is made from one list of things (`model`); what is wanted and what is found are compared with no AWS in reach.
"""

from outwarden.provision.change import Change, Difference
from outwarden.provision.infra import Plan, apply, destroy, drift, plan

__all__ = ["Change", "Difference", "Plan", "apply", "destroy", "drift", "plan"]
