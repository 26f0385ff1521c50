"""The page Microscope: a sentence through a trained model, read head by head and number by number.

Models run in a few threads of their own, never in those of the pages; the browser asks by posts (`routes`).
"""
