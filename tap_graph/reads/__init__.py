"""Floor 4: the operation compiler: a validated GraphQL operation, bindings and visibility become one SQL statement.

It knows no noun: what a field means is data (`bindings`), given by the schema.
"""
