// What the browser writes and says of every cell of a corpus, as JSON on the standard output; see tools/expressions.py.

import { typeset } from "../../assets/stage/model/typeset.js";
import { entries, grounded, lineOfEntry, spokenEntry } from "./corpus.js";

const texts = entries(process.argv[2]).map((entry) => {
  const node = grounded(entry);
  return { mathml: { symbols: typeset(node, "symbols"), numbers: lineOfEntry(entry) }, spoken: spokenEntry(entry) };
});
process.stdout.write(JSON.stringify(texts));
