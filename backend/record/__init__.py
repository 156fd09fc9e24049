"""The whole record as tables that can be asked: by day, by hour, by incident, by event."""
