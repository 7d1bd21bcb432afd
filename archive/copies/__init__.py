"""PURE. Whether two texts are copies of one another, what marks a text for finding its copies, who was first."""
