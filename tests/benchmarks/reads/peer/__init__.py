"""The peer: the schema part that the queries ask, served by plain strawberry with DataLoaders, as a good team writes it."""
