"""Implementations with bugs, each written from one public bug report by someone who has not seen the catalogue.

They show whether `diagnose` names what people really do wrong. Whoever writes one reads the report, and nothing in
`attention_core/diagnosis/mistakes`. A file here, called as what it is about (`softmax_axis.py`), has

- a docstring: the report (repository and number), and in a sentence or two what the code there did wrong;
- `inputs(rng)`: from a `numpy.random.Generator` to a dict with "Q", "K", "V" and whatever settings of
  `attention_core.diagnosis.settings.Settings` the report's code had (a mask, heads, a past, rope, projections): small
  numbers, 2 to 7 tokens, such that the bug shows;
- `attention(Q, K, V, **settings)`: the code with the bug, in NumPy, as close to the report's as NumPy allows, written
  out from the inputs to the output and importing nothing of this project. It returns the output, or a dict of steps.

The answers are no part of these files: `answers.json` beside them has, by the file's name, the key of the entry that
is to be named first (of a pair both keys), and is written afterwards, from the docstrings. A report that no entry
explains stays, with the answer [] ("no known mistake fits"), until the catalogue has one.
"""
