"""Names in texts: where they are mentioned, and the people, organisations and places of a story that they stand for."""
