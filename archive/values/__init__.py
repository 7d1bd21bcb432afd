"""Behaviour shared by the values that methods of `Archive` return."""
