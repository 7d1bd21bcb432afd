"""`python -m newsarchive`: the command line where no `newsarchive` is on the path."""

from __future__ import annotations

from newsarchive.cli import main

main(prog_name="newsarchive")
