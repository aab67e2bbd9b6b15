"""Floor 3: bytes to typed lines with positions; knows no database."""
