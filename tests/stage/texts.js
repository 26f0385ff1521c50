// What the browser writes and says of every cell of a corpus, as JSON on the standard output; see tools/expressions.py.

import { spoken } from "../../assets/stage/model/speech.js";
import { typeset } from "../../assets/stage/model/typeset.js";
import { entries, grounded } from "./corpus.js";

const texts = entries(process.argv[2]).map((entry) => {
  const node = grounded(entry);
  return {
    mathml: { symbols: typeset(node, "symbols"), numbers: typeset(node, "numbers") },
    spoken: spoken(node),
  };
});
process.stdout.write(JSON.stringify(texts));
