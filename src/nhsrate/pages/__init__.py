"""Pages for a browser: what is told of a rating or of a methodology, as self-contained HTML."""
