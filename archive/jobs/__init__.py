"""Run extraction in child processes, with limits on what one page may use."""
