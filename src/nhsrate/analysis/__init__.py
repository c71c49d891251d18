"""Questions about a rating: how sure it is, what would change it, what changed it."""
