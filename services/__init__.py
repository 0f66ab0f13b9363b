"""One package a service, each its own deployable, and the command that starts them."""
