"""Detect the list of articles on a page of an unknown site: the steps of spiders.discovery.section_page. Pure.

tree        the page as a stream of elements, links and dates
groups      links with the same position in the page, and the features of each group
selection   which group is the section's list, and which other groups belong to it
items       the extent of one item of the list, its headline and its date
pagination  the next page
headlines, dates, url_shapes, surroundings: how to recognize each of these
"""
