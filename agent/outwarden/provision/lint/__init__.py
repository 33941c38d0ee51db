"""Lint: the mistakes in a CloudFormation template that leave an alarm silent, and that no public judge reports.

Three seams: `template` reads, each file of `rules` looks for one mistake, `finding` is what it says.
"""

from outwarden.provision.lint.finding import Finding
from outwarden.provision.lint.lint import lint
from outwarden.provision.lint.rules import RULES

__all__ = ["RULES", "Finding", "lint"]
