"""A methodology as arithmetic on arrays, so that thousands of re-ratings take a second; held to the engine."""
