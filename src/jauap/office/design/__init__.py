"""The look of jauap: tokens, parts, shell and gallery. Knows no model of another app."""
