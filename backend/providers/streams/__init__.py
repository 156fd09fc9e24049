"""What each provider is sent of a talk with tools, and how its stream is read."""
