"""What is configured, reachable and missing, each with its cure."""
