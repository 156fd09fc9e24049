"""Looks as they are applied to pictures, by NumPy and ONNX Runtime."""
