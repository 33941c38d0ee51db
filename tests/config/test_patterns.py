"""Patterns of users: what is accepted is fast on any text, what could explode is refused with a reason."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from outwarden.config.load import load
from outwarden.config.patterns import LONGEST_TEXT, Refused, compiled
from outwarden.errors import ConfigError

BUDGET_S = 0.005
GENEROUS = 8
"""Shared machines have slow moments; what explodes takes hundreds of times as long."""

ACCEPTED = [
    r"EMP-[0-9]{6}",
    r"EMP-\d+",
    r"(?i)\bemp[-_ ][0-9]{4,8}\b",
    r"corp_(?:live|test)_[A-Za-z0-9]{20,64}",
    r"[0-9]{3}-[0-9]{2}-[0-9]{4}",
    r"\b[A-Z]{2}[0-9]{6,9}\b",
    r"ticket=(?P<secret>[^&\s]{8,})",
    r"(?:foo|bar|baz)[0-9]{5}",
    r"(?:[0-9]{2}:){5}[0-9]{2}",
    r"[a-z0-9.]{1,64}@corp\.example",
]
REFUSED = [
    (r"(\w+\.?)+@\w+", "very end"),
    (r"(a+)+b", "very end"),
    (r".*secret.*=.*;", "very end"),
    (r"(?:a{1,50}){1,50}b", "repeats within repeats"),
    (r"(?:a|aa){1,60}b", "repeats within repeats"),
    (r"[a-z]{1,900}[a-z]{1,900}[0-9]", "too long on a hostile text"),
    (r"(abc)\1", "refers back"),
    (r"(?=.*x)abc", "very end"),
    (r"x?", "fewer than 3"),
    (r"[0-9]", "fewer than 3"),
    (r"(abc", "no regular expression"),
    (r"abc" * 400, "longer than"),
    (r"a{1,9999999999999}bcd", "no regular expression"),
]


@pytest.mark.parametrize("pattern", ACCEPTED)
def test_what_people_write_is_accepted(pattern):
    """Prefixes, fixed lengths, bounded repeats, an open end."""
    assert compiled(pattern).pattern == pattern


@pytest.mark.parametrize(("pattern", "reason"), REFUSED)
def test_what_could_explode_is_refused_with_a_reason(pattern, reason):
    """Without trying it on any text: the answer is the same on every machine."""
    with pytest.raises(Refused, match=re.escape(reason)):
        compiled(pattern)


CHARACTERS = st.sampled_from(["a", "b", "-", "[ab]", "[a-z]", r"\w", r"\d", ".", "[^a]", r"\."])
REPEATS = st.sampled_from(
    ["", "", "", "?", "{3}", "{1,8}", "{2,40}", "{0,200}", "{1,64}?", "{1,30}+", "+", "*", "{8,}"]
)
PATTERNS = st.recursive(
    st.builds(lambda one, times: one + times, CHARACTERS, REPEATS),
    lambda inner: (
        st.builds(
            lambda parts, times: f"(?:{'|'.join(parts)}){times}", st.lists(inner, min_size=1, max_size=3), REPEATS
        )
        | st.builds("".join, st.lists(inner, min_size=1, max_size=4))
    ),
    max_leaves=6,
)


@given(body=PATTERNS, prefix=st.sampled_from(["", "", "tok_", "a", "aaa", r"\b", "(?i)ab"]))
@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_accepted_pattern_takes_long_on_any_text(body, prefix):
    """Random patterns on texts made to hurt them: 16 kB of what they want, and never quite get."""
    try:
        pattern = compiled(prefix + body)
    except Refused:
        assume(False)
    for seed in ("a", "ab", "aaab", "a1", "-", "tok_", "tok_a", "aab-", "1", "a" * 199 + "!", "tok_" + "a" * 60 + "!"):
        text = (seed * LONGEST_TEXT)[:LONGEST_TEXT]
        assert _seconds(pattern, text) < GENEROUS * BUDGET_S, (pattern.pattern, seed)


@pytest.mark.parametrize("pattern", ACCEPTED)
def test_what_people_write_is_fast(pattern):
    """On texts that almost match."""
    for seed in (
        "EMP-",
        "EMP-1",
        "1",
        "1-",
        "corp_live_" + "a" * 19 + "-",
        "a",
        "A",
        "ticket=",
        "a.",
        "foo1234-",
        "00:",
    ):
        assert _seconds(re.compile(pattern), (seed * LONGEST_TEXT)[:LONGEST_TEXT]) < GENEROUS * BUDGET_S, seed


def _seconds(pattern: re.Pattern[str], text: str) -> float:
    best = 9.0
    for _ in range(3):
        begun = time.thread_time()
        for _ in pattern.finditer(text):
            pass
        best = min(best, time.thread_time() - begun)
        if best < BUDGET_S:
            break
    return best


def test_a_configuration_with_such_a_pattern_is_refused(tmp_path):
    """The file, the key's path and the reason, in one line."""
    path = tmp_path / "outwarden.yaml"
    path.write_text("redact: {extra_rules: [{name: fine, pattern: 'EMP-[0-9]{6}'}, {name: bad, pattern: '(a+)+b'}]}")

    with pytest.raises(ConfigError, match=r"redact\.extra_rules\[1\]\.pattern is refused: `\*`"):
        load(path, {})


def test_two_rules_of_one_name_are_refused(tmp_path):
    """One of them would be lost in silence."""
    path = tmp_path / "outwarden.yaml"
    path.write_text("redact: {extra_rules: [{name: a, pattern: 'abc[0-9]'}, {name: a, pattern: 'abd[0-9]'}]}")

    with pytest.raises(ConfigError, match=r"redact\.extra_rules\[1\]\.name: another rule has this name"):
        load(path, {})
