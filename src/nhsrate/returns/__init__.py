"""From tables to a return: the values of every organisation, each with its cell."""
