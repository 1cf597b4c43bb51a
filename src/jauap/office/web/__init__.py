"""What every view stands on: the request of somebody signed in, one thing or 404, words at the edge."""
