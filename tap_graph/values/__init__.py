"""Floor 0: values that mean the same everywhere: money, rates, windows of days, figures and plain numbers."""
