"""Floor 9: the command line, a file a command."""
