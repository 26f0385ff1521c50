"""Attention-based convolutional networks for pairs of sentences. Yin et al. 2016."""
