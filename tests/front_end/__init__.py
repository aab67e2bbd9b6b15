"""The front-end page and its TypeScript example do what they say, against the sandbox."""
