"""Values rendered as HTML: templates, formats and labels."""
