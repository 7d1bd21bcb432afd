"""Learn the page template of an outlet from several of its pages."""
