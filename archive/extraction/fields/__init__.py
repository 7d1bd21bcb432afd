"""The fields around the body: headline, byline, section, images, view count."""
