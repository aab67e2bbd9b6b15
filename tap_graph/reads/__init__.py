"""Floor 4: the operation compiler: a validated GraphQL operation, bindings and visibility become one SQL statement.

It knows no noun: what a field means is data (`bindings`), given by the schema. In the order of a request:

    exchange                      what a caller asks, and what it gets back
    documents, weighing/          a document is parsed, weighed, validated; its variables are coerced
    variables, asker, occasion    what of a request a plan depends on, and what it brings to one
    answering, plans              the plan of this kind of question: found again, or made
    selection, spot, walk         the way through an operation that both finishers share
    arguments, listing, paging    what fields ask for; the rows of lists, with the viewer's predicate
    passthrough/ · execution/     the two finishers: the database's text · rows that graphql-core walks
    slots, versions               the statement as text, with the places that requests fill
"""
