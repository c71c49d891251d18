"""From a rule file to a methodology: its sections, inputs, items, and what is wrong with them."""
