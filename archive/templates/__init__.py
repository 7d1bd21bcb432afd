"""Keep the learned page template of each source up to date."""
