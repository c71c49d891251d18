"""An annotated copy of a return: a comment on each faulty cell, and a sheet of links to them."""
