"""A captured page made fit to be looked at: no script, nothing from the live web."""
