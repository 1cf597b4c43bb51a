"""The outbox: every outward act as one row that knows its state. Never twice, never lost."""
