"""One call: the line, its clock, the document being run."""
