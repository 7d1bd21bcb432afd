"""Pages with a label: what answers in place of an article, and articles that look dangerously like it.

The pages are written after the answers of real systems (challenges, walls, error pages, single-page shells)
and the layouts of real outlets. `benchmarks/rejections.py` prints how well they are told apart.
"""
