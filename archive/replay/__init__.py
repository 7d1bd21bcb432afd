"""PURE. A capture as a page that can be looked at: its addresses led into the archive, its scripts out."""
