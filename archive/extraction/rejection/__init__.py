"""Why a page is not an article."""
