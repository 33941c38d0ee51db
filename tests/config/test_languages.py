"""Metric math and the rules of composite alarms are read as CloudWatch reads them, and refused in words."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outwarden.config import alarm_rule, arithmetic
from outwarden.config.arithmetic import Unreadable
from outwarden.watch.expression import formula

VALUES = {"a": 3.0, "b": 0.5, "c1": 7.0}
SIGNS = st.text(alphabet="abc1 +-*/()<>=!&|,.IFILANDORT\"'_\n\té\x00", max_size=60)


def expressions() -> st.SearchStrategy[str]:
    """Write expressions of numbers, ids, + - * and parentheses: Python reads them alike."""
    single = st.sampled_from(["a", "b", "c1", "2", "0.25", "10"])
    return st.recursive(
        single,
        lambda inner: st.one_of(
            st.tuples(inner, st.sampled_from(["+", "-", "*"]), inner).map(" ".join),
            inner.map(lambda text: f"({text})"),
            inner.map(lambda text: f"-({text})"),
        ),
        max_leaves=12,
    )


@given(expressions())
def test_arithmetic_binds_as_everywhere(text):
    """Compared with Python's own reading."""
    assert formula(text)(VALUES) == pytest.approx(eval(text, {}, dict(VALUES)))


@given(SIGNS)
def test_no_text_breaks_the_reader_of_expressions(text):
    """It is an expression, or there is a sentence that says why not."""
    with suppress(Unreadable):
        arithmetic.parse(text)


@given(SIGNS)
def test_no_text_breaks_the_reader_of_rules(text):
    """Neither here."""
    with suppress(Unreadable):
        alarm_rule.parse(text)


def test_a_long_chain_is_refused():
    """A tree of thousands of sums would run out of stack, too."""
    assert formula("+".join(["a"] * 150))(VALUES) == 450
    with pytest.raises(Unreadable, match="more than 300 parts"):
        arithmetic.parse("+".join(["a"] * 5000))


@pytest.mark.parametrize("depth", [100, 10_000])
def test_deep_nesting_is_refused(depth):
    """Not by running out of stack."""
    for parse, inner in ((arithmetic.parse, "a"), (alarm_rule.parse, "ALARM(A)")):
        with pytest.raises(Unreadable, match=r"nested too deeply|longer than|parts"):
            parse("(" * depth + inner + ")" * depth)
    with pytest.raises(Unreadable, match=r"nested too deeply|longer than"):
        alarm_rule.parse("NOT " * depth + "ALARM(A)")
    with pytest.raises(Unreadable, match=r"nested too deeply|parts"):
        arithmetic.parse("-" * depth + "a")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "ends where a value was expected"),
        ("a +", "ends where a value was expected"),
        ("a b", "goes on with b"),
        ("(a", "has nothing where ) was expected"),
        ("IF(a, b)", "gives IF 2 arguments instead of 3"),
        ("FILL(a, b)", "fills with something that is no number"),
        ("MAX(a)", "has MAX where"),
        ("a ; b", "cannot be read from character"),
    ],
)
def test_what_is_no_expression_is_told(text, why):
    """So that it can be mended."""
    with pytest.raises(Unreadable) as caught:
        arithmetic.parse(text)

    assert why in str(caught.value)


def test_names_may_stand_in_quotes():
    """As CloudWatch's console writes them."""
    rule = alarm_rule.parse("""ALARM("A-1") AND (OK('B') OR NOT INSUFFICIENT_DATA(C))""")

    assert alarm_rule.names(rule) == ["A-1", "B", "C"]


def test_ids_are_told_once():
    """For the check that each is there."""
    assert arithmetic.ids(arithmetic.parse("IF(calls > 2, FILL(e, 0) / calls, e)")) == {"calls", "e"}
