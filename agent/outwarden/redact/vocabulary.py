"""Vocabulary: words, and groups of words, as the tables of names list them."""

from __future__ import annotations


def vocabulary(text: str) -> frozenset[str]:
    """Give what is listed with commas between, in however many lines."""
    return frozenset(" ".join(item.split()) for item in text.split(","))
