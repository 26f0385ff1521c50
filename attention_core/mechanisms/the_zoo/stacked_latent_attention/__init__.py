"""Stacked latent attention. Fan and Zhou 2018."""
