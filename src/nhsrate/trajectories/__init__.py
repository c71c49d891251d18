"""Several returns over time: each value beside its plan, its straight line, its standard and its process limits."""
