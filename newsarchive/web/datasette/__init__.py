"""Datasette under /db/, in a process with resource limits."""
