"""`python -m nhsrate`."""

from nhsrate.cli import main

main(prog_name="nhsrate")
