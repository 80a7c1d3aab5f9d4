"""Who is calling, and how surely we know it."""
