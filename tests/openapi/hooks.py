"""Loaded by schemathesis: how lines of JSON are sent."""

import schemathesis

schemathesis.serializer.alias("application/x-ndjson", "text/plain")
