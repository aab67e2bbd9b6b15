"""The command line: what goes in, what comes out, and how each command ends."""
