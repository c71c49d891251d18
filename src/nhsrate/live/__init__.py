"""The live workbook: a rating as plain formulas, which anybody with a spreadsheet can recompute and change."""
