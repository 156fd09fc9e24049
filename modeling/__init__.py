"""What the models see and say."""

import os

# ONNX Runtime reports to its maker from the moment it is imported, unless this says not to.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
