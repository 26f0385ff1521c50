// A sentence that stands out of sight is put where the hand is.

import { zoomOf } from "./device.js";

const GAP = 6; // px
const HEAD = 60; // px of the window that the head of the page may cover

/**
 * Leave a sentence in its place where it can be seen there; else put it below a cell.
 * @param {HTMLElement} notice
 * @param {Element | null} cell null where no cell is being worked on
 */
export function placeNear(notice, cell) {
  notice.classList.remove("near");
  notice.style.inset = "";
  if (!cell || isInView(notice)) return;
  notice.classList.add("near");
  const [room, place] = [notice.offsetParent?.getBoundingClientRect(), cell.getBoundingClientRect()];
  if (!room) return;
  const { width, height } = notice.getBoundingClientRect();
  const left = Math.max(GAP, Math.min(place.left - room.left, room.width - width - GAP));
  const above = place.top - height - GAP;
  const top = (above > HEAD ? above : place.bottom + GAP) - room.top;
  const zoom = zoomOf(notice);
  notice.style.inset = `${top / zoom}px auto auto ${left / zoom}px`;
}

/** @param {HTMLElement} node */
function isInView(node) {
  const { top, bottom } = node.getBoundingClientRect();
  return top >= 0 && bottom <= (window.visualViewport?.height ?? window.innerHeight);
}
