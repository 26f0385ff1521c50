// Two buttons in the export dialog; the stage on the page listens and saves itself. How CSV files are written is kept.

import { announce } from "../talk/between.js";

/** @import { WireSave } from "../wire.js" */

const COOKIE = "atlas-csv"; // ui/dialogs.py reads it when the page is opened again
const YEAR = 31_536_000; // seconds

/** @param {{ parentElement: HTMLElement, data: WireSave }} component */
export default function listen({ parentElement, data }) {
  for (const button of parentElement.querySelectorAll("button")) {
    button.hidden = !data.pictures;
    button.onclick = () => announce("save", button.dataset.format ?? "svg");
  }
  // biome-ignore lint/suspicious/noDocumentCookie: without a certificate a page has no other store that a server can read
  if (data.kept !== kept()) document.cookie = `${COOKIE}=${data.kept}; path=/; max-age=${YEAR}; SameSite=Lax`;
}

/** The number of the style that is kept; of the first where none is. */
function kept() {
  const found = document.cookie.split("; ").find((each) => each.startsWith(`${COOKIE}=`));
  return Number(found?.split("=")[1] ?? 0);
}
