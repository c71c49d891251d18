"""Workbooks that go back to a trust: returns to fill in, and annotated copies."""
