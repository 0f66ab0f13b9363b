"""What reporting decides: about its own notices and inspections, never about tickets."""
