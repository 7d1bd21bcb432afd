"""Set up a source from the address of a site: look at the site politely, and write a commented source file.

address → fetch (spiders/inspection.py) ─┬─ inspection.py decides what to request next
└─ pure functions find it in the bytes → SiteDescription → source file
"""
