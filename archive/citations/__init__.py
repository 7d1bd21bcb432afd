"""Citations of archived articles in the formats of reference managers and Wikipedia. PURE."""
