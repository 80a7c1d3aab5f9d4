"""Paging: an urgent ticket that nobody takes rings the people on call, until one of them presses a key."""
