"""One module a kind of node: how it is entered, what it asks, what an answer means to it."""
