"""What everything stands on: numbers, cells, texts, places, problems, periods, statistics; none of it rates."""
