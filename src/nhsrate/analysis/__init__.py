"""After the rating: how sure it is and what would change it, by thousands of re-ratings on arrays of numbers."""
