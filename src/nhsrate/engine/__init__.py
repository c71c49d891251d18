"""From a return and a methodology to an assessment, and why each rating is what it is."""
