"""The doors of the web process: who may come in, and what everybody hears, whatever happens inside."""
