"""The control surface: what people, pages and tools ask of an exchange that is open."""
