"""Page templates, written by hand or learned, and how one is applied to a page."""
