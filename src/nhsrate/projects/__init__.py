"""A repository of ratings: what its project file holds, made anew, and held to what was committed."""
