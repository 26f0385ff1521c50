// The exact gradient of one cell, times what it belongs to: how much every token's vector and every head counts for it.

import { element } from "../draw/nodes.js";
import { cellText, fullText } from "../model/numbers.js";
import { say, term } from "../model/say.js";
import { written } from "./head.js";
import { ground } from "./ramp.js";

/** @import { WireGradient as Gradient, WireToken as Token } from "../wire.js" */

/**
 * @param {Gradient} gradient
 * @param {Token[]} tokens
 * @param {{ name: string, row: number[] } | undefined} attention of the head that is open, for the token that asks
 * @param {(layer: number, head: number) => void} open
 */
export function gradientView({ name, value, tokens: shares, heads }, tokens, attention, open) {
  const title = element(
    "p",
    {},
    say("The cell is "),
    element("b", { textContent: term(name) }),
    ` = ${fullText(value ?? Number.NEGATIVE_INFINITY)}. `,
  );
  title.append(
    say(
      "Each number is the gradient times its input, added up: what the cell would gain, at this slope, from all of that input.",
    ),
  );
  return [title, element("div", { className: "pair" }, ofTokens(shares, tokens, attention), ofHeads(heads, open))];
}

/**
 * @param {number[] | null} shares
 * @param {Token[]} tokens
 * @param {{ name: string, row: number[] } | undefined} attention
 */
function ofTokens(shares, tokens, attention) {
  if (!shares) return element("p", { textContent: say("No gradient reaches the tokens.") });
  const top = Math.max(...shares.map(Math.abs));
  const rows = tokens.map(({ piece }, n) => {
    const cell = element("td", { textContent: cellText(shares[n]) });
    cell.style.background = ground(top ? shares[n] / top : 0, true);
    const beside = element("td", { textContent: attention ? cellText(attention.row[n]) : "" });
    if (attention) beside.style.background = ground(attention.row[n], false);
    return element("tr", {}, element("th", { scope: "row", textContent: written(piece) }), cell, beside);
  });
  const heads = ["", say("gradient × input"), attention?.name ?? ""].map((textContent) =>
    element("th", { scope: "col", textContent }),
  );
  return element(
    "table",
    { aria: { label: say("Tokens") } },
    element("thead", {}, element("tr", {}, ...heads)),
    element("tbody", {}, ...rows),
  );
}

/**
 * @param {(number[] | null)[]} heads
 * @param {(layer: number, head: number) => void} open
 */
function ofHeads(heads, open) {
  const top = Math.max(0, ...heads.flatMap((row) => row ?? []).map(Math.abs));
  const rows = heads.map((row, l) => {
    const cells = (row ?? []).map((share, h) => {
      const told = say("Layer {l}, head {h}: {number}", { l: l + 1, h: h + 1, number: cellText(share) });
      const button = element("button", { type: "button", title: told, aria: { label: told } });
      button.style.background = ground(top ? share / top : 0, true);
      button.onclick = () => open(l + 1, h + 1);
      return element("td", {}, button);
    });
    const none = row ? [] : [element("td", { className: "quiet", textContent: say("not on the way") })];
    none[0]?.setAttribute("colspan", "12");
    return element("tr", {}, element("th", { scope: "row", textContent: String(l + 1) }), ...cells, ...none);
  });
  return element(
    "table",
    { className: "of-heads", aria: { label: say("Heads by layer") } },
    element("tbody", {}, ...rows),
  );
}
