"""From an assessment to text, csv, json, workbooks and pages, and its comparison with committed ratings."""
