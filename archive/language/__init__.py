"""Words of a language: spelling, dictionary forms, search terms."""
