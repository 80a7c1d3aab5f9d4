"""What we owe to customers: tickets, and later callbacks, texts and follow-ups."""
