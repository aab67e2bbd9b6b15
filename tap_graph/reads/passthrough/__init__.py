"""The passthrough: JSON text that the database makes is the response's data; knows nothing of the other finisher."""
