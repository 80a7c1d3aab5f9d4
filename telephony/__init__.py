"""The carrier as somebody we ask: what is kept there, and later the calls and texts that we place."""
