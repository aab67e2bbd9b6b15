"""The acts of the mutation root, a file for what they are about; `schema/mutation.py` lists them all."""
