"""Returns to fill in, made from a methodology."""
