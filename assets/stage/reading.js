// A text shaded by weights: a bar beside every line, as long as its share of the text, and behind every word its own.

const share = (value) => value.toFixed(2);

function word(said, own, mark, strongest, unread) {
  if (own === null) return made("span", { class: "word unread", title: unread }, made("b", {}, said), made("i", {}, "–"));
  const whole = own * mark;
  const node = made("span", { class: "word", title: `${said}: ${share(own)} of its line, ${share(whole)} of the text` });
  node.style.setProperty("--share", strongest ? whole / strongest : 0);
  node.append(made("b", {}, said), made("i", {}, whole >= 0.005 ? share(whole) : ""));
  return node;
}

function line({ mark, words, shares }, strongest, longest, unread) {
  const bar = made("span", { class: "bar" });
  bar.style.setProperty("--share", longest ? mark / longest : 0);
  const beside = made("span", { class: "mark" }, bar, made("i", {}, share(mark)));
  return made("p", {}, beside, made("span", { class: "words" }, ...words.map((said, n) => word(said, shares[n], mark, strongest, unread))));
}

export default function show({ data, parentElement }) {
  const root = parentElement.querySelector("figure");
  const shown = JSON.stringify(data);
  if (root.dataset.shown === shown) return;
  root.dataset.shown = shown;
  root.setAttribute("aria-label", data.caption);
  const strongest = Math.max(0, ...data.lines.flatMap(({ mark, shares }) => shares.map((own) => (own ?? 0) * mark)));
  const longest = Math.max(0, ...data.lines.map(({ mark }) => mark));
  const lines = data.lines.map((each) => line(each, strongest, longest, data.unread));
  const skipped = data.unread && data.lines.some(({ shares }) => shares.includes(null));
  root.replaceChildren(
    ...lines,
    ...(data.said ? [made("p", { class: "said" }, data.said)] : []),
    ...(skipped ? [made("p", { class: "note" }, data.unread)] : []),
  );
}
