"""What the services have in common: contracts, store, carriers, HTTP."""
