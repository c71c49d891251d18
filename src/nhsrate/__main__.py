"""`python -m nhsrate`."""

from nhsrate.commands.start import main

main()
