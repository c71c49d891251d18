"""From bytes to tables of cells, each with its place, behind a guard."""
