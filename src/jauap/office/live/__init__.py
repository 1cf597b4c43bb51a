"""Live updates: one table of events with rising ids, streamed to open screens."""
