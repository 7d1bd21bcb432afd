"""The output of commands: safe text, tables, progress, JSON, reports that several commands share."""
