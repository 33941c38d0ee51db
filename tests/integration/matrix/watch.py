"""The way in that a program takes by itself, where the test asks for that."""

import os

if os.environ["MATRIX_WAY"] == "auto":
    import outwarden.auto  # noqa: F401
