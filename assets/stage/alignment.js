// Where each row looked among the columns, as a table that fills as time runs; beside each row its likeliest names.

const PACE = 500; // ms between two rows while time plays
const LONG = 40; // characters: what is written gets a line of its own
const PRINTED = 12; // columns with room for their numbers

const share = (value) => value.toFixed(2);

// For every column the title it stands under, where there are titles.
const titled = (groups) => groups.flatMap(([title, many]) => Array(many).fill(title));

// The first column under another title keeps a distance from the one before it.
const apart = (titles, c) => (c && titles[c] !== titles[c - 1] ? { class: "apart" } : {});

function row({ rows, columns, strengths, guesses, groups }, n) {
  const titles = titled(groups);
  const cells = columns.map((column, c) => {
    const under = titles[c] ? `${titles[c]}: ` : "";
    const said = `${under}${rows[n]} looks at ${column}: ${share(strengths[n][c])}`;
    const cell = made("td", { title: said, "aria-label": said, ...apart(titles, c) });
    cell.style.setProperty("--share", strengths[n][c]);
    if (columns.length <= PRINTED) cell.append(share(strengths[n][c]));
    return cell;
  });
  const named = (guesses[n] ?? []).map(([name, chance], place) =>
    made("span", { class: place ? "guess" : "guess best" }, made("b", {}, name), ` ${share(chance)}`),
  );
  return made("tr", {}, made("th", { scope: "row" }, rows[n]), ...cells, ...(named.length ? [made("td", { class: "guesses" }, ...named)] : []));
}

/** A player over the rows, and beside it what is written so far. */
function clock({ rows, said }, body) {
  const output = made("output", { class: (said.at(-1) ?? "").length > LONG ? "sentence" : "word" });
  const show = (now) => {
    player.set(now, rows.length, now ? `up to ${rows[now - 1]}` : "nothing yet");
    [...body.children].forEach((each, n) => {
      each.classList.toggle("later", n >= now);
      each.classList.toggle("now", n === now - 1 && now < rows.length);
    });
    output.textContent = said[now - 1] ?? "";
  };
  const player = new Player("How much is written", PACE, show);
  show(rows.length);
  player.node.append(output);
  return player;
}

export default function show({ data, parentElement }) {
  const root = parentElement.querySelector("figure");
  const shown = JSON.stringify(data);
  if (root.dataset.shown === shown) return;
  root.dataset.shown = shown;
  root.player?.pause();
  const titles = titled(data.groups);
  const above = data.groups.map(([title, many]) => made("th", { scope: "colgroup", colspan: many }, title));
  const names = data.columns.map((column, c) => made("th", { scope: "col", ...apart(titles, c) }, column));
  const head = [above, names].filter((cells) => cells.length).map((cells) => made("tr", {}, made("td"), ...cells));
  const body = made("tbody", {}, ...data.rows.map((_, n) => row(data, n)));
  const look = data.columns.length <= PRINTED ? "printed" : "";
  const table = made("table", { "aria-label": data.caption, class: look }, made("thead", {}, ...head), body);
  root.player = clock(data, body);
  root.replaceChildren(root.player.node, made("div", { class: "wide", tabindex: 0, role: "region", "aria-label": data.caption }, table));
  root.style.setProperty("--many", data.columns.length);
}
