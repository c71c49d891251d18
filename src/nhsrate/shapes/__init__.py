"""The json of each command: every key with its type and meaning, as JSON Schema that is committed and promised."""
