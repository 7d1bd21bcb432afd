"""Source files: read, validated, and the learned templates beside them."""
