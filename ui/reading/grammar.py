"""Signs, patterns and sentences of the one grammar of numbers and tables.

`python -m tools.functions` writes them into the browser's script: patterns use only what Python and JavaScript share.
"""

from __future__ import annotations

from attention_core.engine.language import to_say

HOW = to_say("""
**Numbers.** `0.5`, `.5`, `0,5`, `-3`, `1/4`, `½`, `25%`, `1e-3`, `1x10^-3`, `1_000`. `1,234` alone is refused, for it
can be 1.234 or 1234; beside `0.5` it is 1234, beside `0,5` it is 1.234. `1.234` alone is read with a decimal point.

**Tables.** One line for each row, cells separated by tabs, semicolons, commas or blanks. Between tabs, semicolons or
blanks a comma is a decimal comma. Two numbers and a comma on every line (`0,5` above `1,25`) can be one column or two,
and are refused: write `0, 5` for two. A blank line separates the tables of three axes. Blank lines, lines that begin
with `#`, a line `sep=;`, quotation marks, and empty rows and columns at the ends are passed over.

**Prints and code.** NumPy, PyTorch, JAX, Python lists and tuples, JSON, MATLAB, Julia, R, Mathematica, LaTeX, Markdown
and pandas. Nothing is executed. Numbers left out as `...` are refused.

**Names.** A first row of names, and a first column of names beside it, become names of tokens. pandas' own count (0, 1,
2 ...) is passed over. A first row 0, 1, 2 ... or 1, 2, 3 ... of whole numbers counts the columns if all numbers below
have a decimal point; otherwise it is a row of numbers.

**Masks.** 1 and True show, 0 and False hide. In a mask that is added to scores 0 shows, and −inf or any number down
from −10000 hides; such a mask is recognised by these.
""")

POINT, COMMA = ".", ","

# --- characters ------------------------------------------------------------------------------------------------------

_ZEROS = "０٠۰०০๐"  # of scripts that count in tens
_DIGITS = {chr(ord(zero) + n): str(n) for zero in _ZEROS for n in range(10)}
_WIDE = {chr(0xFEE0 + ord(sign)): sign for sign in "+-.,/%*^(){}[];|&'_=eExX"}
_ALIKE = {
    "-": "−–‐‑﹣",
    ".": "٫",
    "'": "’‘ʼ٬\u00a0\u202f\u2009\u2007",
    "%": "٪",
    "*": "×·⋅∗",
    "/": "⁄∕",
    "inf": "∞",
    "": "\ufeff\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069",
}
FOLDS = {**_DIGITS, **_WIDE, **{sign: plain for plain, signs in _ALIKE.items() for sign in signs}}
RAISED = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+", strict=True))
FRACTIONS = {
    "½": (1, 2), "⅓": (1, 3), "⅔": (2, 3), "¼": (1, 4), "¾": (3, 4), "⅕": (1, 5), "⅖": (2, 5), "⅗": (3, 5), "⅘": (4, 5),
    "⅙": (1, 6), "⅚": (5, 6), "⅛": (1, 8), "⅜": (3, 8), "⅝": (5, 8), "⅞": (7, 8),
}  # fmt: skip
# What separates lines, cells and parts of a table, in the one form that the patterns below know.
PLAIN = {
    **dict.fromkeys("\r\u2028\u2029\u0085", "\n"),
    **dict.fromkeys(
        "\u000b\u000c\u001c\u001d\u001e\u001f\u3000\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2008\u200a", " "
    ),
    **dict.fromkeys("\ufeff\u200b\u2060", ""),
    **{wide: sign for wide, sign in _WIDE.items() if sign in ",;|&()[]{}="},
}
# --- numbers ---------------------------------------------------------------------------------------------------------

_NUMERAL = r"((?:[0-9]|[.,][0-9])[0-9_',.]*)"
_POWER = (
    r"(?:[eE]([+-]?[0-9]{1,6})|\*\^([+-]?[0-9]{1,6})"
    r"| ?[*xX] ?10 ?(?:\^|\*\*) ?[({]?([+-]?[0-9]{1,6})[)}]?)?"
)
_SIGNED = rf"([+-]?){_NUMERAL}{_POWER}"
WORD = r"([+-]?)(inf|infinity|nan|true|false)"

PATTERNS = {
    "NUMBER": rf"{_SIGNED}(?: ?//? ?{_SIGNED}| ?(%))?",
    "WORD": WORD,
    "WITH_POINT": r"[0-9]*\.?[0-9]*|[1-9][0-9]{0,2}(?:(?:,[0-9]{3})+|(?:'[0-9]{3})+)(?:\.[0-9]*)?",
    "WITH_COMMA": r"[0-9]*(?:,[0-9]+)?|[1-9][0-9]{0,2}(?:(?:\.[0-9]{3})+|(?:'[0-9]{3})+)(?:,[0-9]+)?",
    "WHOLE": r"[+-]?[0-9]+",
    # a line that can be cells or one number
    "ONE_COMMA": r" *[+-]?[0-9]+,[0-9]+ *",
    "ONE_PERCENT": r" *[+-]?[0-9]+,[0-9]+ ?% *",
    # blanks within a number
    "BEFORE_PERCENT": r"(?<=[0-9.,]) +%",
    "AROUND_STROKE": r"(?<=[0-9.,]) */ *(?=[0-9.,+-])",
    "THOUSANDS": r" *[+-]?[1-9][0-9]{0,2}(?:,[0-9]{3})+(?:\.[0-9]+)? *",
    # lines
    "COMMENT": r"[ \t]*[#%](?![\t;,|]).*",
    "SEPARATOR": r"[\"']?sep=(.)[\"']?",
    "RULE": r"(?=.*(?:[|+][:=\-]|--|==))[|+:=\- ]*",
    "HEADING": r"[0-9]+(?:[×x][0-9]+)+ .*:|[0-9]+-element .*:|[ \t]*[A-Za-z_][A-Za-z0-9_.]* *=[ \t]*",
    "FOOTING": r"\[[0-9]+ rows x [0-9]+ columns\]",
    "SERIES": r"dtype: .*|(?:Name|Length): .*dtype: .*",
    "R_HEADER": r"[ \t]*\[,1\](?:[ \t]*\[,[0-9]+\])*[ \t]*",
    "R_VECTOR": r"[ \t]*\[1\][ \t]+[^ \t].*",
    # notations
    "IN_BRACKETS": r"(?:[A-Za-z_][A-Za-z0-9_.]* *(?::?=|<-) *)?[\[({]",
    "CALLED": r"(?:[A-Za-z_][A-Za-z0-9_.]* *(?::?=|<-) *)?[A-Za-z_][A-Za-z0-9_.]* *[\[({]",
    "CLOSED": r"[\])}][;,. \t\n]*$",
    "LISTS": r"array|asarray|tensor|as_tensor|matrix|c|rbind|list|tuple|devicearray|floattensor|doubletensor",
    "SCALARS": r"(?:float|int|uint)(?:8|16|32|64|128)|bool_?|longdouble",
    "TYPES": r"(?:Float|Int|UInt|BigFloat|Bool|Any|Real|Number)[0-9]*",
    "SHAPED": r"nrow|ncol|byrow|nr|nc",
    "DOTS": r"\.\.\.|…|⋯|⋮|⋱|\\[cvdl]?dots",
}
TOKEN = (
    r"[ \t]+|\n|\"[^\"\n]*\"|'[^'\n]*'|[A-Za-z_][A-Za-z0-9_.]* *=(?!=)|[A-Za-z_][A-Za-z0-9_.]* *(?=[\[({])"
    r"|[\[({\])},;]|[^ \t\n,;\[\](){}\"']+|[\"']"
)
# --- sentences -------------------------------------------------------------------------------------------------------

SENTENCES = {
    "DIVIDES_BY_0": to_say("“{text}” divides by 0"),
    "NUMBER_TOO_LARGE": to_say("“{text}” is too large (the largest number is 1.8e308)"),
    "NOT_FINITE": to_say("{text} is not a finite number"),
    "TWO_NUMBERS": to_say("“{text}” can be {small} or {large}; write one of these"),
    "TWO_MARKS": to_say("“{text}” and “{other}” have different decimal marks"),
    "CELLS_OR_NUMBER": to_say(
        to_say(
            "“{text}” can be {cells} cells or the number {number}; "
            "write a blank after a comma between cells, or that number"
        )
    ),
    "LEFT_OUT": to_say("has numbers left out (“{text}”); print or copy all of them"),
    "NOT_CLOSED": to_say("has a bracket that is not closed"),
    "NOT_OPENED": to_say("has a closing bracket without its opening one"),
    "NOT_COMPUTED": to_say("“{text}” is not computed; paste the numbers it gives"),
    "NUMBERS_AND_LISTS": to_say("has numbers and lists side by side in one list"),
    "NESTED_TOO_DEEP": to_say("has lists within lists within lists, deeper than any table"),
    "ROWS_OR_ONE": to_say(
        "has one pair of brackets over several lines, which can be one row or several; put ; between rows"
    ),
    "MASK_OF_TWO_KINDS": to_say("hides by {text} and so is added to scores, where a cell is 0 or hides, not {other}"),
}
HIDES = -10_000.0  # and below: what programs add to scores in place of minus infinity
DEEPEST = 6  # lists within each other
