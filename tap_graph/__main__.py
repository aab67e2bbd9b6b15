"""`python -m tap_graph`, the same as `tap-graph`."""

from tap_graph.cli.main import main

if __name__ == "__main__":
    main()
