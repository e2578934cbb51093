"""The command `caveat`, one command a file."""
