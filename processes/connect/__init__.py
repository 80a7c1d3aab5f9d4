"""Leading a number at the carrier to this hotline, and the first call through it."""
