"""What a text says and how plainly. Knows no network and no Django."""
