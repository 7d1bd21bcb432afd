"""Understand a listing page of an unknown site: the steps behind spiders.discovery.section_page. PURE.

tree        the page as a stream of elements, links and stamps
groups      links that stand alike, and what is seen of each group
choice      which group is the section's list, and which others belong to it
items       what one item of the list is, and which stamp is its own
paging      the next page
headlines, stamps, addresses, surroundings: how each of these is told by its looks
"""
