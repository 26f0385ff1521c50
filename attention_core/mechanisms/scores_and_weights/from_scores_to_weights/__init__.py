"""Lessons on softmax, its temperature and its entropy."""
