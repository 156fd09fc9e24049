"""The way of an event to the people, as spans of OpenTelemetry; off unless it is asked for."""
