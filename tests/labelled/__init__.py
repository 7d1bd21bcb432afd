"""Labelled pages: what servers send in place of an article, and articles that look dangerously similar.

They imitate responses of real systems (challenges, walls, error pages, single-page shells) and the pages of real
outlets. `benchmarks/rejections.py` prints how well they are told apart.
"""
