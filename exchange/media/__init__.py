"""The sound of a call: what the caller says, and the streams that carry it to whoever listens."""
