"""From the text of a rule file to exact values, each with its line."""
