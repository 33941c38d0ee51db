"""Every rule and every expression has something that is made to make it slow, also those that will be added."""

from __future__ import annotations

import secrets
import subprocess
import sys
from pathlib import Path

import pytest

from outwarden.redact import Redactor, additions, rules, search
from outwarden.redact.budget import Budget
from outwarden.redact.needles import Needles

PARTS = 6
LIMIT_MS = 5.0
"""As in `test_hostile.py`."""


def test_every_expression_has_a_near_miss():
    """Whichever module makes one, and in whichever table it keeps it; looked for where no other test has made one."""
    command = [sys.executable, str(Path(__file__).with_name("near_misses.py")), "--untried"]

    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == ""


def test_every_rule_is_asked_by_an_adversary(near_misses):
    """Each of the rules of each literal in the table comes to look at a piece that was made for the literal."""
    asked = set()

    def told(literal: str, number: int, rule: rules.Rule) -> rules.Rule:
        def find(text: str, at: int):
            asked.add((literal, number))
            return rule.find(text, at)

        return rule._replace(find=find)

    table = {
        literal: [told(literal, number, rule) for number, rule in enumerate(found)]
        for literal, found in rules.RULES.items()
    }
    looker = search.Search(Needles(), additions.NONE._replace(rules=table))
    for literal in table:
        for piece in near_misses.adversaries(literal):
            looker.run(piece, Budget(10**6))

    assert {(literal, number) for literal, found in table.items() for number in range(len(found))} - asked == set()


@pytest.mark.parametrize("part", range(PARTS))
def test_no_adversary_takes_long(near_misses, effort, part):
    """Of each literal one piece in each run of this test, another one for its neighbour, repeated up to 16 kB."""
    redactor = Redactor(secrets=[secrets.token_hex(32)])
    redactor.text("token=abc")
    slow = []
    for number, literal in enumerate(sorted(rules.literals())[part::PARTS]):
        pieces = list(near_misses.adversaries(literal))
        text = next(near_misses.texts(pieces[(number + part) % len(pieces)]))
        if (took := effort.ms(redactor.text, text, LIMIT_MS)) > LIMIT_MS:
            slow.append((text[:60], took))

    assert slow == []
