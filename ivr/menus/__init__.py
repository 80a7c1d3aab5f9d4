"""What the hotline says and where it leads: books of nodes, their wording, their faults."""
