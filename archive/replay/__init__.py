"""Replay of captures: pages without scripts whose URLs lead into the archive. Pure functions."""
