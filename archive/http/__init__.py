"""An HTTP exchange byte for byte: captures, messages, content codings."""
