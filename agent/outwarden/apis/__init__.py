"""`apis`: what we know of each API: the profile model, the built-in profiles, and how a URL finds its route."""

from __future__ import annotations

from outwarden.apis.builtin import builtin
from outwarden.apis.catalogue import GENERIC, Catalogue, Match
from outwarden.apis.profile import Profile, Route

__all__ = ["GENERIC", "Catalogue", "Match", "Profile", "Route", "builtin"]
