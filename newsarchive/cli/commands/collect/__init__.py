"""Commands of an archivist: sources, crawls and their schedule."""
