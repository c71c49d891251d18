"""Help: how each command tells what it is for, what the shell completes, and the man page made of it."""
