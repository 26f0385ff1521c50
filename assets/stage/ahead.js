// A lesson that is drawn before the page around it has come, from data in the HTML that a visit begins with.

import { present } from "./draw/nodes.js";
import { drawAhead } from "./stage.js";

/** @import { Post } from "./talk/post.js" */

const STATE = "data-test-script-state"; // of the page's script, on Streamlit's element
const PATIENCE = 5000; // ms that a component may take once the script has run

/**
 * Draw the lesson; go when its component takes it over, and give way to whatever else the page comes to show.
 * @param {string} style
 * @param {Post} post
 */
export function drawLesson(style, post) {
  const cover = present(document.getElementById("atlas-ahead"));
  const host = present(cover.querySelector(".host"));
  const tree = host.attachShadow({ mode: "open" });
  tree.append(...host.childNodes);
  const text = present(document.getElementById("atlas-data")).textContent ?? "";
  const giveWay = () => (cover.style.display = "none");
  const ends = watched(cover, giveWay);
  drawAhead(JSON.parse(text), present(tree.querySelector("div")), style, post, () => {
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
