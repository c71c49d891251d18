"""How a methodology of one's own begins: from nothing, from an edition, or from a spreadsheet."""
