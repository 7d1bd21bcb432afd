"""A page parsed once: its encoding, its tree, its printed lines."""
