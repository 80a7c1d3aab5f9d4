"""Starting the whole hotline on a laptop: its Redis, its processes, the exchange, a draft."""
