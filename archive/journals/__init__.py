"""Files of an archive that people's decisions are appended to, for `rebuild` to read."""
