"""The whole engine on a corpus of our own: 95 kinds of secrets, at 53 places and in 62 notations, in 45 encodings."""

from __future__ import annotations

import copy

import pytest

from outwarden.redact import Redactor
from outwarden.redact.matcher import accelerated


@pytest.fixture(scope="module")
def cases(corpus):
    """Events with one secret each, always the same."""
    return list(corpus.cases(1500, seed=20261124))


@pytest.fixture(scope="module")
def outs(corpus, cases):
    """What is left of the events."""
    redactor = Redactor(secrets=corpus.KNOWN, pseudonym_key=b"k" * 32)
    return [redactor.event(copy.deepcopy(case.event)) for case in cases]


def test_secrets_go(corpus, cases, outs):
    """At least 99.5 % of all secrets are gone, in whatever form, and all that were registered."""
    leaked = [case for case, out in zip(cases, outs, strict=True) if corpus.leaks(out, case.secret)]

    assert [(c.secret.kind, c.place, c.encoding) for c in leaked if c.secret.known] == []
    assert len(leaked) <= 0.005 * len(cases), [(c.secret.kind, c.place, c.encoding) for c in leaked]


def test_everything_useful_stays(corpus, cases, outs):
    """Ids, digests, tickers, amounts and times survive: at most one in a thousand is lost."""
    lost = [kept for case, out in zip(cases, outs, strict=True) for kept in corpus.lost(out, case.survivors)]

    assert len(lost) <= 0.001 * sum(len(case.survivors) for case in cases), lost


def test_the_accelerator_changes_nothing_but_the_time(corpus, cases, outs):
    """Results are the same, byte for byte, with and without it."""
    if not accelerated:
        pytest.skip("ahocorasick_rs is not installed")
    slow = Redactor(secrets=corpus.KNOWN, pseudonym_key=b"k" * 32, fast=False)

    assert [slow.event(copy.deepcopy(case.event)) for case in cases] == outs


def test_texts_are_as_clean_as_events(corpus, cases):
    """The same secrets in the same encodings, inside plain text."""
    redactor = Redactor(secrets=corpus.KNOWN)
    texts = [
        (case, added)
        for case in cases
        if (added := case.event.get("message")) is not None and case.secret.kind not in corpus.PII
    ]

    leaked = [case for case, text in texts if corpus.leaks({"text": redactor.text(text)}, case.secret)]

    assert [(c.secret.kind, c.place, c.encoding) for c in leaked] == []
    assert len(texts) > 50
