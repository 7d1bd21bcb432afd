"""The further pages of a listing: next pages, load more, JSON answers, archives by day."""
