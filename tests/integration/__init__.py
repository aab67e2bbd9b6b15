"""Whole paths through the program: from files to facts to judgements, compared with an independent model."""
