"""`python -m nhsrate`."""

from nhsrate.commands.main import main

main(prog_name="nhsrate")
