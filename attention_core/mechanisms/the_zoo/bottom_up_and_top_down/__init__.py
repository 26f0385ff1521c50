"""Bottom-up and top-down attention. Anderson et al. 2018."""
