"""Requests, errors and security: what every response has in common."""
