"""How instructions leave and inputs arrive: the carrier's two languages, and a terminal."""
