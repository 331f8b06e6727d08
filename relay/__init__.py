"""Event log to Kafka: every event once or more, in order within its partition."""
