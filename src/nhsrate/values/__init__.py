"""What the cells of one input say: numbers, percentages, durations, levels, and markers for what is missing."""
