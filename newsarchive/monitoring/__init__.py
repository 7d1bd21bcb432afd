"""The health of sources: alarms, and reports on when sections were watched."""
