"""What commands print: safe text, tables, progress, JSON, reports that several commands share."""
