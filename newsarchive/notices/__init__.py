"""Notices to people and programs: saved searches, feeds, webhook and mail."""
