"""Plain words to a set-up that can be checked, by a model of others or by rules."""
