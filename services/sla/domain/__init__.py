"""What sla computes and decides, pure."""
