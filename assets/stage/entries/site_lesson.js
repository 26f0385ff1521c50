// A lesson of the static site, from the scripts that its page names.

import { asked } from "../site/asked.js";
import { kept } from "../site/data.js";
import { frame } from "../site/frame.js";
import { LessonPage } from "../site/lesson.js";
import { Pack } from "../site/pack.js";

/** @import { PackFile, StageWords } from "../site/pack.js" */

async function begin() {
  frame();
  const { lesson = "" } = document.documentElement.dataset;
  const pack = new Pack(/** @type {PackFile} */ (kept(`lesson/${lesson}`)));
  new LessonPage(pack, /** @type {StageWords} */ (kept(`words/${lesson}`)), await asked(location.search, pack)).begin();
}

void begin();
