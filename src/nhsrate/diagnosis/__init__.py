"""Who can help: what weak points cost a rating, who is like an organisation, and who of them does better."""
