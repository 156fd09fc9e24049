"""Features to mean 0 and deviation 1, as the network reads them."""

import numpy as np
from numpy.typing import NDArray

from modeling.perception.detector.checkpoint import Normalization

# Below it a feature hardly varies, and dividing by its deviation would blow up noise.
MIN_STD = 1e-3


def measure(features: NDArray[np.float32]) -> Normalization:
    """Mean and deviation of each feature over (N, 16, F) windows."""
    rows = features.reshape(-1, features.shape[-1]).astype(np.float64)
    std = np.maximum(rows.std(axis=0), MIN_STD)
    return Normalization(mean=rows.mean(axis=0).tolist(), std=std.tolist())


def normalize(features: NDArray[np.float32], normalization: Normalization) -> NDArray[np.float32]:
    """Features as the network reads them: mean 0 and deviation 1 over the training part."""
    mean = np.array(normalization.mean, dtype=np.float32)
    std = np.array(normalization.std, dtype=np.float32)
    normalized: NDArray[np.float32] = (features - mean) / std
    return normalized
