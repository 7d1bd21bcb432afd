"""The metadata that a page states for machines: JSON-LD, microdata, meta tags."""
