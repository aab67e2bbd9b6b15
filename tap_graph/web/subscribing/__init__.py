"""Subscribing: answers as they come, by WebSocket (graphql-transport-ws) or as server-sent events.

`websocket.py` takes a socket, `session.py` lives through it, `messages.py` reads and writes what goes over it, `outbox.py`
bounds what waits for a slow reader, `closing.py` says how it ends; `events.py` does the same for an event stream; both have
their answers from `asking.py` and their bounds from `limits.py`.
"""
