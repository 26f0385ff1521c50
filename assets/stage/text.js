// Numbers, MathML and spoken sentences from grounded arithmetic.

const escapeHtml = (text) => String(text).replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);

/** A number inside arithmetic: integers as integers, else two decimals, or powers of ten where those would mislead. */
function numberParts(v) {
  if (!Number.isFinite(v)) return { negative: v < 0, digits: Number.isNaN(v) ? "?" : "∞" };
  const size = Math.abs(v);
  const negative = v < 0;
  if (Number.isInteger(v) && size < 1e6) return { negative, digits: String(size) };
  if (size >= 0.005 && size < 1e6) return { negative, digits: size.toFixed(2) };
  const [mantissa, exponent] = size.toExponential(1).split("e");
  return { negative, digits: mantissa, power: Number(exponent) };
}

/** A number on a cell: as above, but never wider than six characters. */
function cellText(v) {
  if (!Number.isFinite(v)) return Number.isNaN(v) ? "?" : v < 0 ? "−∞" : "∞";
  const size = Math.abs(v);
  const text =
    Number.isInteger(v) && size < 1e5 ? String(size)
    : size >= 1e4 ? size.toExponential(size >= 1e10 ? 0 : 1).replace("e+", "e")
    : size >= 100 ? size.toFixed(1)
    : size.toFixed(2);
  return (v < 0 && Number(text) !== 0 ? "−" : "") + text;
}

const fullText = (v) => {
  const shown = Number(v.toPrecision(15)); // the sixteenth digit is the machine's, not the learner's
  const text = shown !== 0 && Math.abs(shown) < 1e-4 ? shown.toExponential() : String(shown);
  return Number.isFinite(v) ? text.replace("-", "−").replace("e-", "e−") : cellText(v);
};

/** What a learner types as a number: 0.25, 1/4, 25 %, −3, 1e308; NaN where it is none. */
function parseNumber(text) {
  const clean = text.trim().replace(/[−–]/g, "-").replace(/,(?=\d+$)/, ".");
  const plain = "[+-]?(?:\\d+\\.?\\d*|\\.\\d+)(?:e[+-]?\\d+)?";
  const match = clean.match(new RegExp(`^(${plain})\\s*(?:/\\s*(${plain})|(%))?$`, "i"));
  if (!match) return NaN;
  const result = Number(match[1]) / (match[2] ? Number(match[2]) : match[3] ? 100 : 1);
  return Number.isFinite(result) ? result : NaN;
}

const mrow = (html) => `<mrow>${html}</mrow>`;
const mo = (sign) => `<mo>${sign}</mo>`;

const RAISED = new Map(); // symbols are few, and written at every cell

/** Base and superscript of a symbol that is just that; else nothing. */
function raisedParts(symbol) {
  if (!RAISED.has(symbol)) RAISED.set(symbol, partsOf(symbol));
  return RAISED.get(symbol);
}

function partsOf(symbol) {
  const inner = symbol.match(/^<mrow><msup>([^]*)<\/msup><\/mrow>$/)?.[1] ?? "";
  const parts = new DOMParser().parseFromString(`<math>${inner}</math>`, "text/html").querySelector("math").children;
  return parts.length === 2 ? [...parts].map((part) => part.outerHTML) : [];
}

function subscripted(step, offset) {
  if (!step.axes.length) return step.symbol;
  const position = unflat(step, offset).map((i) => i + 1);
  const digits = position.join(position.some((i) => i > 9) ? "," : "");
  if (step.compound) return `<msub>${mrow(`${mo("(")}${step.symbol}${mo(")")}`)}<mn>${digits}</mn></msub>`;
  const [base, raised] = raisedParts(step.symbol);
  if (raised) return `<msubsup>${base}<mn>${digits}</mn>${raised}</msubsup>`; // A′ with an index: one above the other
  return `<msub>${step.symbol}<mn>${digits}</mn></msub>`;
}

// A piece of typeset arithmetic: {html without a leading minus, negative, open: needs brackets as a factor}.
const LEAF = {
  symbols: (node) => ({ html: subscripted(node.step, node.offset) }),
  numbers: (node) => number(node.step.values[node.offset], "leaf"),
};

function number(v, kind = "") {
  const { negative, digits, power } = numberParts(v);
  const mantissa = `<mn class="${kind}">${digits}</mn>`;
  const html = power === undefined ? mantissa : `${mantissa}${mo("·")}<msup><mn>10</mn><mn>${power}</mn></msup>`;
  return { html, negative, open: power !== undefined };
}

const signed = ({ html, negative }) => (negative ? mo("−") + html : html);
const factor = (piece) => (piece.negative || piece.open ? mo("(") + signed(piece) + mo(")") : piece.html);
const joined = (pieces) =>
  pieces.map((piece, n) => (n ? (piece.negative ? mo("−") : mo("+")) + piece.html : signed(piece))).join("");

const MOST_TERMS = 6; // a fraction does not wrap: beyond this its sum is shortened
const ELLIPSIS = { op: "ellipsis", parts: [] };

/** The parts that weigh most, in their order, with dots where others are left out; all of them where they are few. */
function few(parts, most, kept, weight) {
  if (parts.length <= most) return parts;
  const weights = parts.map(weight);
  const heavy = new Set([...parts.keys()].sort((a, b) => weights[b] - weights[a] || a - b).slice(0, kept));
  return parts.flatMap((part, n) => (heavy.has(n) ? [part] : n && !heavy.has(n - 1) ? [] : [ELLIPSIS]));
}

/** The logarithm of a term's size, which holds where the term itself is beyond any number. */
const sizeOf = (node) => (([m, s]) => (m ? Math.log(Math.abs(m)) + s : -Infinity))(scaled(node));
const WEIGHT = { sum: sizeOf, max: value, min: (node) => -value(node) };

const named = (name, a) => ({ html: `<mi mathvariant="normal">${name}</mi>${mo("(")}${signed(a)}${mo(")")}` });

const listed = (pieces) => pieces.map(signed).join(mo(","));

const TYPESET = {
  sum: (pieces) => ({ html: joined(pieces), open: true }),
  product: (pieces) => {
    const last = pieces[pieces.length - 1];
    if (last.minusOne) return { html: factor(pieces.length === 2 ? pieces[0] : TYPESET.product(pieces.slice(0, -1))), negative: true };
    return { html: pieces.map(factor).join(mo("·")), many: true };
  },
  quotient: ([a, b]) => ({ html: `<mfrac>${mrow(signed(a))}${mrow(signed(b))}</mfrac>` }),
  exp: ([a]) => ({ html: `<msup><mi>e</mi>${mrow(signed(a))}</msup>` }),
  tanh: ([a]) => named("tanh", a),
  sigmoid: ([a]) => named("σ", a),
  log: ([a]) => named("ln", a),
  xlogx: ([a]) => ({ html: `${factor(a)}${mo("·")}${named("ln", a).html}`, many: true }),
  sin: ([a]) => named("sin", a),
  cos: ([a]) => named("cos", a),
  max: (pieces) => ({ html: `<mi mathvariant="normal">max</mi>${mo("(")}${listed(pieces)}${mo(")")}` }),
  min: (pieces) => ({ html: `<mi mathvariant="normal">min</mi>${mo("(")}${listed(pieces)}${mo(")")}` }),
  abs: ([a]) => ({ html: `${mo("|")}${signed(a)}${mo("|")}` }),
  edge: () => number(0),
  top: (pieces, { k, position }) => {
    const shown = pieces.length <= MOST_TERMS ? pieces : [...pieces.slice(0, 3), { html: mo("⋯") }, pieces[pieces.length - 1]];
    const all = `${mo("(")}${listed(shown)}${mo(")")}`;
    const claim =
      k === 1 ? `<mi mathvariant="normal">argmax</mi>${all}${mo("=")}<mn>${position + 1}</mn>`
      : `${signed(pieces[position])}${mo("∈")}<mi>top</mi><mn>${k}</mn>${all}`;
    return { html: mo("[") + claim + mo("]") };
  },
  relu: ([a]) => ({ html: `<mi mathvariant="normal">max</mi>${mo("(")}<mn>0</mn>${mo(",")}${signed(a)}${mo(")")}` }),
  sqrt: ([a]) => ({ html: `<msqrt>${mrow(signed(a))}</msqrt>` }),
  root: ([a]) => ({ html: `<msqrt>${mrow(signed(a))}</msqrt>` }),
  square: ([a]) => ({ html: `<msup>${mrow(a.many ? mo("(") + signed(a) + mo(")") : factor(a))}<mn>2</mn></msup>`, many: true }),
  positive: ([a]) => ({ html: `${mo("[")}${signed(a)}${mo("&gt;")}<mn>0</mn>${mo("]")}` }),
  held: ([a]) => named("held", a),
  cut: ([a]) => named("cut", a),
  floor: ([a]) => ({ html: `${mo("⌊")}${signed(a)}${mo("⌋")}` }),
  given: ([, chosen]) => chosen,
  ellipsis: () => ({ html: mo("⋯") }),
};

/** The terms of a sum, those of sums inside it among them. */
const termsOf = (node) => node.parts.flatMap((part) => (part.op === "sum" ? termsOf(part) : [part]));

/** The parts of an operation that are written out. */
function spelledOut(node) {
  const parts = node.op === "sum" ? termsOf(node) : node.parts;
  return WEIGHT[node.op] ? few(parts, MOST_TERMS, 4, WEIGHT[node.op]) : parts;
}

const piece = (node, leaf) =>
  node.op === "cell" ? LEAF[leaf](node)
  : node.op === "constant" ? { ...number(node.value), minusOne: node.value === -1 }
  : TYPESET[node.op](spelledOut(node).map((part) => piece(part, leaf)), node);

const math = (html) => `<math>${mrow(html)}</math>`;

const MOST_WRAPPED = 40; // a sum of terms does wrap, but nobody reads hundreds of them

/** One line of arithmetic as HTML: a sum is one formula per term, so that it wraps like words. */
function typeset(node, leaf) {
  if (node.op === "given") return typeset(node.parts[1], leaf);
  if (node.op === "sum") return wrapped(node, leaf);
  return scaledSum(node) ? scaledUp(node, leaf) : math(signed(piece(node, leaf)));
}

/** before, after: what stands at its first and at its last term and moves with them. */
function wrapped(sum, leaf, before = "", after = "") {
  const terms = few(termsOf(sum), MOST_WRAPPED, 12, sizeOf).map((part) => piece(part, leaf));
  return terms
    .map((term, n) => {
      const sign = n ? `<i>${term.negative ? "−" : "+"}</i>` : "";
      const html = (n ? "" : before) + (n ? term.html : signed(term)) + (n < terms.length - 1 ? "" : after);
      return `<span class="term">${sign}${math(html)}</span>`;
    })
    .join(" ");
}

/** Of a product its only sum, such as that of a mean: it wraps as well, in brackets. */
function scaledSum(node) {
  const sums = node.op === "product" ? node.parts.filter(({ op }) => op === "sum") : [];
  return sums.length === 1 && !node.parts.some(({ op, value }) => op === "constant" && value === -1) ? sums[0] : undefined;
}

function scaledUp(node, leaf) {
  const at = node.parts.indexOf(scaledSum(node));
  const factors = node.parts.map((part) => part.op !== "sum" && factor(piece(part, leaf)));
  const before = factors.slice(0, at).map((html) => html + mo("·"));
  const after = factors.slice(at + 1).map((html) => mo("·") + html);
  return wrapped(node.parts[at], leaf, before.join("") + mo("("), mo(")") + after.join(""));
}

const SPOKEN = {
  sum: (parts) => parts.join(" plus "),
  product: (parts) => parts.join(" times "),
  quotient: ([a, b]) => `${a}, divided by: ${b}`,
  exp: ([a]) => `e to the ${a}`,
  relu: ([a]) => `the larger of 0 and ${a}`,
  log: ([a]) => `logarithm of ${a}`,
  xlogx: ([a]) => `${a} times its logarithm`,
  sin: ([a]) => `sine of ${a}`,
  cos: ([a]) => `cosine of ${a}`,
  max: (parts) => `the largest of ${parts.join(", ")}`,
  min: (parts) => `the smallest of ${parts.join(", ")}`,
  abs: ([a]) => `${a} without its sign`,
  edge: () => "0",
  top: (parts, { k, position }) =>
    k === 1 ? `1 if number ${position + 1} is the largest of ${parts.join(", ")}`
    : `1 if ${parts[position]} is among the ${k} largest of ${parts.join(", ")}`,
  sqrt: ([a]) => `root of ${a}`,
  root: ([a]) => `root of ${a}`,
  square: ([a]) => `${a}, squared`,
  positive: ([a]) => `1 if ${a} is above 0`,
  floor: ([a]) => `${a}, rounded down`,
  given: ([, chosen]) => chosen,
};
const spoken = (node) =>
  node.op === "cell" ? cellText(node.step.values[node.offset])
  : node.op === "constant" ? cellText(node.value)
  : (SPOKEN[node.op] ?? (([a]) => `${node.op} of ${a}`))(node.parts.map(spoken), node);

/** Whether a label says by itself along which axis it stands. */
const tellsAxis = (axis, label) => label.toLowerCase().startsWith(axis.toLowerCase());

/** "channel Sky", but not "sentence Sentence 1". */
const placeName = ([axis, labels], i) => (tellsAxis(axis, labels[i]) ? labels[i] : `${axis} ${labels[i]}`);

/** "query Input 2, key Input 1": where a cell is, in words. */
const whereabouts = (step, offset) => unflat(step, offset).map((i, n) => placeName(step.axes[n], i)).join(", ");

/** A name may be a path, "tile 2/scores": the part after the last stroke says what, the part before it where. */
const topicOf = (name) => name.slice(name.lastIndexOf("/") + 1);
const groupOf = (name) => name.slice(0, Math.max(0, name.lastIndexOf("/")));
/** With a capital, unless it is a symbol: "b_1" is not "B_1". */
const capital = (text) => (/^.(_|$)/.test(text) ? text : text.charAt(0).toUpperCase() + text.slice(1));
