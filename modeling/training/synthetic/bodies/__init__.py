"""Made people: how their bodies are built and move by themselves, among furniture."""
