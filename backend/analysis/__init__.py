"""The one question with an answer: windows of features to analyses."""
