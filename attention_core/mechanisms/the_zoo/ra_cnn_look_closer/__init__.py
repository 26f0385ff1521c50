"""Recurrent attention convolutional networks. Fu, Zheng and Mei 2017."""
