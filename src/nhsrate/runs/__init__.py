"""The pipe: open, choose, read, join, rate, note; and what was asked of it."""
