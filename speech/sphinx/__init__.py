"""PocketSphinx: English with nothing downloaded; its own search for phrases, one of ours for numbers."""
