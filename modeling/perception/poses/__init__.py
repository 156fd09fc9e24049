"""Pictures to bodies on ONNX Runtime: one network finds people, another one follows each."""
