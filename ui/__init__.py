"""The ways in: the chat page and the command line."""
