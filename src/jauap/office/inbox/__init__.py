"""One inbox of what people wrote on all networks, and the answers."""
