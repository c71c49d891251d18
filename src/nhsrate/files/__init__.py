"""Opening files of tables: what each holds, whether it is safe, and its cells with their places."""
