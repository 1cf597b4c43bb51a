"""What the archive tells: engagement, timing, indicators. Works on tables, knows no Django."""
