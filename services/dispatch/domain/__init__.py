"""What dispatch decides, pure."""
