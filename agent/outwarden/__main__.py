"""`python -m outwarden` is the `outwarden` command."""

from outwarden.cli import main

main()
