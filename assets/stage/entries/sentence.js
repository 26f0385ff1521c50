// The sentence of the home page as a component, and in the page itself until that has come.

import { drawAhead } from "../ahead.js";
import { sentenceAhead } from "../pictures/sentence.js";

export { default } from "../pictures/sentence.js";

export const ahead = () => drawAhead(sentenceAhead);
