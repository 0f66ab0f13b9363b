"""How events travel: the record, the relay that publishes the log, the consumer that reads it."""
