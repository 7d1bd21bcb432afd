"""Page templates, written by hand or learned, and how a page is narrowed by one."""
