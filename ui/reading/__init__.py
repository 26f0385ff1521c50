"""Numbers, tables and files as people write them: one grammar, here and in the browser (assets/stage/model/tables.js).

tests/corpus/tables.json holds the two together.
"""
