"""Signs that sources no longer deliver what they used to: drift, silence, and hours that were missed. PURE."""
