"""Accounts of the web interface: names, roles, passwords, tokens and sessions."""
