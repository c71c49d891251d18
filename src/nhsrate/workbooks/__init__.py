"""Workbooks: the ratings of a return, returns to fill in, and annotated copies."""
