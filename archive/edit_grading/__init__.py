"""Grade the difference between two versions of an article: noise, typo, wording or fact. Pure functions."""
