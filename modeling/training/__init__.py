"""The training half: datasets, augmentation, the network, its training, evaluation and export."""
