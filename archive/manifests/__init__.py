"""Manifests: the digests of every record, chained; read and written."""
