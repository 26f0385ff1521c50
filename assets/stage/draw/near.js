// A sentence that stands out of sight is put where the hand is.

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
  const left = Math.max(GAP, Math.min(place.left - room.left, room.width - notice.offsetWidth - GAP));
  const above = place.top - notice.offsetHeight - GAP;
  notice.style.inset = `${(above > HEAD ? above : place.bottom + GAP) - room.top}px auto auto ${left}px`;
}

/** @param {HTMLElement} node */
function isInView(node) {
  const { top, bottom } = node.getBoundingClientRect();
  return top >= 0 && bottom <= (window.visualViewport?.height ?? window.innerHeight);
}
