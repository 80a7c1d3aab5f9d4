"""The models of Vosk: which there are, how one is installed, and whether it is whole."""
