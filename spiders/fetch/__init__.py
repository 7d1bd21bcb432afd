"""The wire: the download handler that keeps exact bytes, TLS, rate limits, errors."""
