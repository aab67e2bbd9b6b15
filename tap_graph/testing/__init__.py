"""Floor 8: what a region tests itself with: conformance checks, scenario files, a skeleton, a pytest plugin."""
