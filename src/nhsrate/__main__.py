"""`python -m nhsrate`."""

from nhsrate.cli import main

main()
