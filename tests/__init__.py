"""The tests, a folder a floor; `model/` holds an independent model of the program to compare with."""
