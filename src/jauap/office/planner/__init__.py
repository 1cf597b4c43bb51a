"""Announcements: language versions, variants, review, approval of the exact content, calendar."""
