"""What a terminal shows: texts in the colours that it has and for its width, and how far long work has come."""
