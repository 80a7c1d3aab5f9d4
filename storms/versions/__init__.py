"""Two versions of the hotline on one Redis and one SQL, and calls that move between them at every turn."""
