"""One turn of one call against the world: claimed, stepped, done once, stored, answered."""
