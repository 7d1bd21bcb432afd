"""`python -m newsarchive`: the command line, for when `newsarchive` is not on the PATH."""

from __future__ import annotations

from newsarchive.cli import main

main(prog_name="newsarchive")
