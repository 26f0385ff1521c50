// How numbers and tables are read: signs, patterns, and sentences of refusal.
// Made by `python -m tools.functions` from ui/reading/grammar.py; do not edit.

import { say } from "./say.js";

/** @type {Map<string, string>} */
export const FOLDS = new Map([
  ["\uff10", "0"],
  ["\uff11", "1"],
  ["\uff12", "2"],
  ["\uff13", "3"],
  ["\uff14", "4"],
  ["\uff15", "5"],
  ["\uff16", "6"],
  ["\uff17", "7"],
  ["\uff18", "8"],
  ["\uff19", "9"],
  ["\u0660", "0"],
  ["\u0661", "1"],
  ["\u0662", "2"],
  ["\u0663", "3"],
  ["\u0664", "4"],
  ["\u0665", "5"],
  ["\u0666", "6"],
  ["\u0667", "7"],
  ["\u0668", "8"],
  ["\u0669", "9"],
  ["\u06f0", "0"],
  ["\u06f1", "1"],
  ["\u06f2", "2"],
  ["\u06f3", "3"],
  ["\u06f4", "4"],
  ["\u06f5", "5"],
  ["\u06f6", "6"],
  ["\u06f7", "7"],
  ["\u06f8", "8"],
  ["\u06f9", "9"],
  ["\u0966", "0"],
  ["\u0967", "1"],
  ["\u0968", "2"],
  ["\u0969", "3"],
  ["\u096a", "4"],
  ["\u096b", "5"],
  ["\u096c", "6"],
  ["\u096d", "7"],
  ["\u096e", "8"],
  ["\u096f", "9"],
  ["\u09e6", "0"],
  ["\u09e7", "1"],
  ["\u09e8", "2"],
  ["\u09e9", "3"],
  ["\u09ea", "4"],
  ["\u09eb", "5"],
  ["\u09ec", "6"],
  ["\u09ed", "7"],
  ["\u09ee", "8"],
  ["\u09ef", "9"],
  ["\u0e50", "0"],
  ["\u0e51", "1"],
  ["\u0e52", "2"],
  ["\u0e53", "3"],
  ["\u0e54", "4"],
  ["\u0e55", "5"],
  ["\u0e56", "6"],
  ["\u0e57", "7"],
  ["\u0e58", "8"],
  ["\u0e59", "9"],
  ["\uff0b", "+"],
  ["\uff0d", "-"],
  ["\uff0e", "."],
  ["\uff0c", ","],
  ["\uff0f", "/"],
  ["\uff05", "%"],
  ["\uff0a", "*"],
  ["\uff3e", "^"],
  ["\uff08", "("],
  ["\uff09", ")"],
  ["\uff5b", "{"],
  ["\uff5d", "}"],
  ["\uff3b", "["],
  ["\uff3d", "]"],
  ["\uff1b", ";"],
  ["\uff5c", "|"],
  ["\uff06", "&"],
  ["\uff07", "'"],
  ["\uff3f", "_"],
  ["\uff1d", "="],
  ["\uff45", "e"],
  ["\uff25", "E"],
  ["\uff58", "x"],
  ["\uff38", "X"],
  ["\u2212", "-"],
  ["\u2013", "-"],
  ["\u2010", "-"],
  ["\u2011", "-"],
  ["\ufe63", "-"],
  ["\u066b", "."],
  ["\u2019", "'"],
  ["\u2018", "'"],
  ["\u02bc", "'"],
  ["\u066c", "'"],
  ["\u00a0", "'"],
  ["\u202f", "'"],
  ["\u2009", "'"],
  ["\u2007", "'"],
  ["\u066a", "%"],
  ["\u00d7", "*"],
  ["\u00b7", "*"],
  ["\u22c5", "*"],
  ["\u2217", "*"],
  ["\u2044", "/"],
  ["\u2215", "/"],
  ["\u221e", "inf"],
  ["\ufeff", ""],
  ["\u200b", ""],
  ["\u200e", ""],
  ["\u200f", ""],
  ["\u202a", ""],
  ["\u202b", ""],
  ["\u202c", ""],
  ["\u202d", ""],
  ["\u202e", ""],
  ["\u2060", ""],
  ["\u2066", ""],
  ["\u2067", ""],
  ["\u2068", ""],
  ["\u2069", ""],
]);
/** @type {Map<string, string>} */
export const RAISED = new Map([
  ["\u2070", "0"],
  ["\u00b9", "1"],
  ["\u00b2", "2"],
  ["\u00b3", "3"],
  ["\u2074", "4"],
  ["\u2075", "5"],
  ["\u2076", "6"],
  ["\u2077", "7"],
  ["\u2078", "8"],
  ["\u2079", "9"],
  ["\u207b", "-"],
  ["\u207a", "+"],
]);
/** @type {Map<string, number[]>} */
export const FRACTIONS = new Map([
  ["\u00bd", [1, 2]],
  ["\u2153", [1, 3]],
  ["\u2154", [2, 3]],
  ["\u00bc", [1, 4]],
  ["\u00be", [3, 4]],
  ["\u2155", [1, 5]],
  ["\u2156", [2, 5]],
  ["\u2157", [3, 5]],
  ["\u2158", [4, 5]],
  ["\u2159", [1, 6]],
  ["\u215a", [5, 6]],
  ["\u215b", [1, 8]],
  ["\u215c", [3, 8]],
  ["\u215d", [5, 8]],
  ["\u215e", [7, 8]],
]);
/** @type {Map<string, string>} */
export const PLAIN = new Map([
  ["\r", "\n"],
  ["\u2028", "\n"],
  ["\u2029", "\n"],
  ["\u0085", "\n"],
  ["\u000b", " "],
  ["\f", " "],
  ["\u001c", " "],
  ["\u001d", " "],
  ["\u001e", " "],
  ["\u001f", " "],
  ["\u3000", " "],
  ["\u2000", " "],
  ["\u2001", " "],
  ["\u2002", " "],
  ["\u2003", " "],
  ["\u2004", " "],
  ["\u2005", " "],
  ["\u2006", " "],
  ["\u2008", " "],
  ["\u200a", " "],
  ["\ufeff", ""],
  ["\u200b", ""],
  ["\u2060", ""],
  ["\uff0c", ","],
  ["\uff08", "("],
  ["\uff09", ")"],
  ["\uff5b", "{"],
  ["\uff5d", "}"],
  ["\uff3b", "["],
  ["\uff3d", "]"],
  ["\uff1b", ";"],
  ["\uff5c", "|"],
  ["\uff06", "&"],
  ["\uff1d", "="],
]);
export const PATTERNS = {
  NUMBER: String.raw`([+-]?)((?:[0-9]|[.,][0-9])[0-9_',.]*)(?:[eE]([+-]?[0-9]{1,6})|\*\^([+-]?[0-9]{1,6})| ?[*xX] ?10 ?(?:\^|\*\*) ?[({]?([+-]?[0-9]{1,6})[)}]?)?(?: ?//? ?([+-]?)((?:[0-9]|[.,][0-9])[0-9_',.]*)(?:[eE]([+-]?[0-9]{1,6})|\*\^([+-]?[0-9]{1,6})| ?[*xX] ?10 ?(?:\^|\*\*) ?[({]?([+-]?[0-9]{1,6})[)}]?)?| ?(%))?`,
  WORD: "([+-]?)(inf|infinity|nan|true|false)",
  WITH_POINT: String.raw`[0-9]*\.?[0-9]*|[1-9][0-9]{0,2}(?:(?:,[0-9]{3})+|(?:'[0-9]{3})+)(?:\.[0-9]*)?`,
  WITH_COMMA: String.raw`[0-9]*(?:,[0-9]+)?|[1-9][0-9]{0,2}(?:(?:\.[0-9]{3})+|(?:'[0-9]{3})+)(?:,[0-9]+)?`,
  WHOLE: "[+-]?[0-9]+",
  ONE_COMMA: " *[+-]?[0-9]+,[0-9]+ *",
  ONE_PERCENT: " *[+-]?[0-9]+,[0-9]+ ?% *",
  BEFORE_PERCENT: "(?<=[0-9.,]) +%",
  AROUND_STROKE: "(?<=[0-9.,]) */ *(?=[0-9.,+-])",
  THOUSANDS: String.raw` *[+-]?[1-9][0-9]{0,2}(?:,[0-9]{3})+(?:\.[0-9]+)? *`,
  COMMENT: String.raw`[ \t]*[#%](?![\t;,|]).*`,
  SEPARATOR: String.raw`[\"']?sep=(.)[\"']?`,
  RULE: String.raw`(?=.*(?:[|+][:=\-]|--|==))[|+:=\- ]*`,
  HEADING: String.raw`[0-9]+(?:[×x][0-9]+)+ .*:|[0-9]+-element .*:|[ \t]*[A-Za-z_][A-Za-z0-9_.]* *=[ \t]*`,
  FOOTING: String.raw`\[[0-9]+ rows x [0-9]+ columns\]`,
  SERIES: "dtype: .*|(?:Name|Length): .*dtype: .*",
  R_HEADER: String.raw`[ \t]*\[,1\](?:[ \t]*\[,[0-9]+\])*[ \t]*`,
  R_VECTOR: String.raw`[ \t]*\[1\][ \t]+[^ \t].*`,
  IN_BRACKETS: String.raw`(?:[A-Za-z_][A-Za-z0-9_.]* *(?::?=|<-) *)?[\[({]`,
  CALLED: String.raw`(?:[A-Za-z_][A-Za-z0-9_.]* *(?::?=|<-) *)?[A-Za-z_][A-Za-z0-9_.]* *[\[({]`,
  CLOSED: String.raw`[\])}][;,. \t\n]*$`,
  LISTS: "array|asarray|tensor|as_tensor|matrix|c|rbind|list|tuple|devicearray|floattensor|doubletensor",
  SCALARS: "(?:float|int|uint)(?:8|16|32|64|128)|bool_?|longdouble",
  TYPES: "(?:Float|Int|UInt|BigFloat|Bool|Any|Real|Number)[0-9]*",
  SHAPED: "nrow|ncol|byrow|nr|nc",
  DOTS: String.raw`\.\.\.|…|⋯|⋮|⋱|\\[cvdl]?dots`,
};
export const TOKEN = String.raw`[ \t]+|\n|\"[^\"\n]*\"|'[^'\n]*'|[A-Za-z_][A-Za-z0-9_.]* *=(?!=)|[A-Za-z_][A-Za-z0-9_.]* *(?=[\[({])|[\[({\])},;]|[^ \t\n,;\[\](){}\"']+|[\"']`;
export const HIDES = -10000;
export const DEEPEST = 6;

/** @param {string} text */
export const DIVIDES_BY_0 = (text) => say("“{text}” divides by 0", { text });
/** @param {string} text */
export const NUMBER_TOO_LARGE = (text) => say("“{text}” is too large (the largest number is 1.8e308)", { text });
/** @param {string} text */
export const NOT_FINITE = (text) => say("{text} is not a finite number", { text });
/**
 * @param {string} text
 * @param {string} small
 * @param {string} large
 */
export const TWO_NUMBERS = (text, small, large) =>
  say("“{text}” can be {small} or {large}; write one of these", { text, small, large });
/**
 * @param {string} text
 * @param {string} other
 */
export const TWO_MARKS = (text, other) => say("“{text}” and “{other}” have different decimal marks", { text, other });
/**
 * @param {string} text
 * @param {string} cells
 * @param {string} number
 */
export const CELLS_OR_NUMBER = (text, cells, number) =>
  say(
    "“{text}” can be {cells} cells or the number {number}; write a blank after a comma between cells, or that number",
    { text, cells, number },
  );
/** @param {string} text */
export const LEFT_OUT = (text) => say("has numbers left out (“{text}”); print or copy all of them", { text });
export const NOT_CLOSED = () => say("has a bracket that is not closed");
export const NOT_OPENED = () => say("has a closing bracket without its opening one");
/** @param {string} text */
export const NOT_COMPUTED = (text) => say("“{text}” is not computed; paste the numbers it gives", { text });
export const NUMBERS_AND_LISTS = () => say("has numbers and lists side by side in one list");
export const NESTED_TOO_DEEP = () => say("has lists within lists within lists, deeper than any table");
export const ROWS_OR_ONE = () =>
  say("has one pair of brackets over several lines, which can be one row or several; put ; between rows");
/**
 * @param {string} text
 * @param {string} other
 */
export const MASK_OF_TWO_KINDS = (text, other) =>
  say("hides by {text} and so is added to scores, where a cell is 0 or hides, not {other}", { text, other });
