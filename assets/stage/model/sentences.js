// Sentences of refusal that the page says too.
// Made by `python -m tools.functions` from attention_core/engine/sentences.py; do not edit.

import { say } from "./say.js";

export const TOO_LARGE = () => say("grows beyond the largest number a computer holds (1.8e308)");
export const NOTHING_TO_ATTEND_TO = () => say("this query has nothing to attend to");
/** @param {string} value */
export const NO_SWITCH = (value) => say("is either 0 or 1, not {value}", { value });
export const EMPTY_CELL = () => say("the cell is empty");
/** @param {string} text */
export const NO_NUMBER = (text) => say("“{text}” is not a number", { text });
