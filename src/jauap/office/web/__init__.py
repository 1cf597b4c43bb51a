"""What every request meets: one host, the visitor, refusals as sentences; and the start page of the house."""
