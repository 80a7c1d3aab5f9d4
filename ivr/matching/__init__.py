"""What a text or an utterance means here: phrases, numbers, intents, and whether to believe them."""
