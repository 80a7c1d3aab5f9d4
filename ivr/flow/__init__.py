"""The engine: what a call says and does next. Pure: no clock, no store, no network, no chance."""
