"""What each verb of a document makes the carrier do: one file a verb."""
