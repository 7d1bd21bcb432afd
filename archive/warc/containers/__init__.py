"""Other containers of archived responses: ARC files, and WACZ files with what they say of their content."""
