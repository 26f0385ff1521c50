// What stands there before the page around it has come, from data in the HTML that a visit begins with.

import { present } from "./draw/nodes.js";

const STATE = "data-test-script-state"; // of the page's script, on Streamlit's element
const PATIENCE = 5000; // ms that a component may take once the script has run

/**
 * Draw it; go when its component takes it over, and give way to whatever else the page comes to show.
 * @template Data
 * @param {(data: Data, root: HTMLElement, come: () => void) => void} draw with the data, in the first element of the
 *   cover's host; `come` is called when it has been taken over
 */
export function drawAhead(draw) {
  const cover = present(document.getElementById("atlas-ahead"));
  const host = present(cover.querySelector(".host"));
  const tree = host.attachShadow({ mode: "open" });
  tree.append(...host.childNodes);
  const text = present(document.getElementById("atlas-data")).textContent ?? "";
  const giveWay = () => (cover.style.display = "none");
  const ends = watched(cover, giveWay);
  draw(JSON.parse(text), present(tree.querySelector("div, figure")), () => {
    ends();
    const { scrollTop } = cover;
    cover.remove();
    document.querySelector("[data-testid=stMain]")?.scrollTo(0, scrollTop);
  });
}

/**
 * Who clicks beside the lesson goes elsewhere; and a script that ended without a stage has something else to say.
 * @param {Element} cover
 * @param {() => void} giveWay
 * @returns {() => void} ends watching
 */
function watched(cover, giveWay) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const states = new MutationObserver((changes) => {
    const running = changes.some(({ target }) => /** @type {Element} */ (target).getAttribute(STATE) === "running");
    clearTimeout(timer);
    if (!running) timer = setTimeout(giveWay, PATIENCE);
  });
  states.observe(document.body, { subtree: true, attributeFilter: [STATE] });
  /** @param {Event} event */
  const beside = (event) => event.composedPath().includes(cover) || giveWay();
  addEventListener("click", beside, true);
  addEventListener("popstate", giveWay);
  return () => {
    clearTimeout(timer);
    states.disconnect();
    removeEventListener("click", beside, true);
    removeEventListener("popstate", giveWay);
  };
}
