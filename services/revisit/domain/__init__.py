"""What revisit decides, pure."""
