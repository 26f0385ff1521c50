// The other pages of the static site: the first one, the map, the notation.

import atlasStyle from "../atlas.css";
import { all } from "../draw/nodes.js";
import frontStyle from "../front.css";
import atlas from "../pictures/atlas.js";
import resume from "../pictures/resume.js";
import sentence from "../pictures/sentence.js";
import resumeStyle from "../resume.css";
import sentenceStyle from "../sentence.css";
import { kept } from "../site/data.js";
import { drawnIn, frame } from "../site/frame.js";

/** @type {Record<string, [draw: (component: never) => unknown, style: string]>} */
const PICTURES = {
  atlas: [atlas, atlasStyle],
  resume: [resume, resumeStyle],
  sentence: [sentence, sentenceStyle],
};

frame();
for (const place of all(document, "[data-picture]")) {
  const [draw, style] = PICTURES[place.dataset.picture ?? ""];
  drawnIn(place, `${frontStyle}\n${style}`, draw, kept(`picture/${place.dataset.picture}`));
}
