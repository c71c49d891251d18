"""Organisations together: who belongs to which group, and the figures of a group from those of its members."""
