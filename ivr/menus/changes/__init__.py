"""What changed between two books, field by field, and the sentences that tell it."""
