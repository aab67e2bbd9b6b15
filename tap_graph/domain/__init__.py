"""Floor 1: the program's nouns as frozen values and pure functions; a noun a file."""
