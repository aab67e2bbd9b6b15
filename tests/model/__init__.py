"""The program once more, slow and plain: the oracle that the real judgements are compared with."""
