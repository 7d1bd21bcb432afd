"""Commands that import, check and repair what is preserved."""
