"""What is done to the hotline to see whether it holds: one command each, with a seed and figures."""
