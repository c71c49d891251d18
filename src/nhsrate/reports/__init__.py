"""From an assessment to text, csv and json, and its comparison with committed ratings."""
