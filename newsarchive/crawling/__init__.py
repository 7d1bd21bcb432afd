"""Crawls as processes: started, watched, kept on a schedule."""
