"""A methodology told: listed, weighed, compared, tested, and as a manual."""
