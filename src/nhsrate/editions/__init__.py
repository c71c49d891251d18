"""A methodology told: listed, weighed, compared, tested, begun, and as a manual."""
