"""TwiML: what a document of instructions may say, and reading one strictly."""
