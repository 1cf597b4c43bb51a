"""Official pages on networks: credentials, health, limits, trial and live."""
