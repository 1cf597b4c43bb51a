"""Pictures of an organisation: checked, stripped of hidden data, kept by their hash."""
