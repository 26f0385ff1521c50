// The stage as an SVG or PNG file: matrices, arithmetic and pipeline, read off the screen, so it shows what is shown.

import { plainColour } from "./colours.js";
import { fontFaces } from "./fonts.js";
import { all, element, present, SVG } from "./nodes.js";

/** @typedef {{ svg: string, box: DOMRect }} Mark a piece of the drawing and the room it takes */

const MARGIN = 20; // px

/** @param {string} text */
const escaped = (text) => text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);

/** @param {number} v */
const px = (v) => v.toFixed(1);

// --- text ------------------------------------------------------------------------------------------------------------

/** @type {CanvasRenderingContext2D | null} */
let measure = null;

/**
 * How far below the top of its box a text of this style has its baseline.
 * @param {CSSStyleDeclaration} style
 * @param {DOMRect} box
 */
function baseline({ fontStyle, fontWeight, fontSize, fontFamily }, box) {
  measure ??= document.createElement("canvas").getContext("2d");
  if (!measure) throw new Error("no canvas");
  measure.font = `${fontStyle} ${fontWeight} ${fontSize} ${fontFamily}`;
  const { fontBoundingBoxAscent: up, fontBoundingBoxDescent: down } = measure.measureText("x");
  return (box.height - up - down) / 2 + up;
}

/**
 * Names of axes and of functions stand upright or slanted as on screen; letters of formulas are slanted by their kind.
 * @param {HTMLElement} node
 */
function slant(node) {
  const isLetter = node.localName === "mi" && node.textContent?.length === 1;
  return isLetter && node.getAttribute("mathvariant") !== "normal" ? "italic" : getComputedStyle(node).fontStyle;
}

/**
 * Every word of a text where it stands: a label may have broken into lines.
 * @param {Text} text
 * @returns {Mark[]}
 */
function wordMarks(text) {
  const node = /** @type {HTMLElement} */ (present(text.parentElement));
  const style = getComputedStyle(node);
  const font = `font-family="${escaped(style.fontFamily)}" font-size="${style.fontSize}" font-weight="${style.fontWeight}"`;
  const look = `${font} font-style="${slant(node)}" fill="${plainColour(style.color)}"`;
  return [...text.data.matchAll(/\S+/g)].flatMap(({ 0: word, index }) => {
    const range = document.createRange();
    range.setStart(text, index);
    range.setEnd(text, index + word.length);
    const box = range.getBoundingClientRect();
    const place = `x="${px(box.x)}" y="${px(box.y + baseline(style, box))}" textLength="${px(box.width)}"`;
    return box.width ? [{ svg: `<text ${place} ${look}>${escaped(word)}</text>`, box }] : [];
  });
}

/** @param {Element} node */
const isUnseen = (node) =>
  getComputedStyle(node).clipPath !== "none" || !node.checkVisibility({ visibilityProperty: true });

/**
 * @param {HTMLElement} area
 * @returns {Mark[]}
 */
function textMarks(area) {
  /** @type {Text[]} */
  const found = [];
  const walker = document.createTreeWalker(area, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) found.push(/** @type {Text} */ (walker.currentNode));
  return found.filter((text) => !isUnseen(present(text.parentElement))).flatMap(wordMarks);
}

// --- boxes and lines -------------------------------------------------------------------------------------------------

/**
 * @param {Element} node
 * @param {string} fill
 * @returns {Mark}
 */
function boxMark(node, fill, more = 'rx="5"') {
  const box = node.getBoundingClientRect();
  const place = `x="${px(box.x)}" y="${px(box.y)}" width="${px(box.width)}" height="${px(box.height)}"`;
  return { svg: `<rect ${place} ${more} fill="${fill}"/>`, box };
}

/** @param {HTMLElement} cell */
function cellMark(cell) {
  const style = getComputedStyle(cell);
  const isLit = cell.matches(".lit, .current, .fed");
  const edge = `stroke="${plainColour(style.outlineColor)}" stroke-width="${style.outlineWidth}"`;
  const isMasked = style.backgroundImage !== "none"; // stripes, which a drawing shows as one grey
  const ground = isMasked ? plainColour(style.color) : plainColour(style.backgroundColor);
  return boxMark(cell, ground, `rx="5"${isMasked ? ' fill-opacity="0.14"' : ""}${isLit ? ` ${edge}` : ""}`);
}

/**
 * The grounds of operands in the arithmetic and of the step on screen in the pipeline.
 * @param {HTMLElement} node
 */
const groundMark = (node) => boxMark(node, plainColour(getComputedStyle(node).backgroundColor));

/** @param {HTMLElement} rect of a thumbnail */
function thumbMark(rect) {
  const { fill, stroke, strokeWidth } = getComputedStyle(rect);
  return boxMark(rect, plainColour(fill), `rx="1" stroke="${plainColour(stroke)}" stroke-width="${strokeWidth}"`);
}

/**
 * @param {string} points
 * @param {HTMLElement} node
 * @returns {Mark}
 */
function lineMark(points, node) {
  const colour = plainColour(getComputedStyle(node).color);
  return { svg: `<polyline points="${points}" fill="none" stroke="${colour}"/>`, box: node.getBoundingClientRect() };
}

/** @param {HTMLElement} fraction */
function barMark(fraction) {
  const [above, below] = [...fraction.children].map((part) => part.getBoundingClientRect());
  const { left, right } = fraction.getBoundingClientRect();
  const y = px((above.bottom + below.top) / 2);
  return lineMark(`${px(left)},${y} ${px(right)},${y}`, fraction);
}

/** @param {HTMLElement} root */
function rootMark(root) {
  const { left, right, top, bottom, height } = root.getBoundingClientRect();
  const inside = present(root.firstElementChild).getBoundingClientRect();
  const foot = Math.max(left + 3, inside.left - 3);
  const sign = [
    [left, top + 0.6 * height],
    [(left + foot) / 2, bottom],
    [foot, top + 1],
    [right, top + 1],
  ];
  return lineMark(sign.map(([x, y]) => `${px(x)},${px(y)}`).join(" "), root);
}

// --- the whole -------------------------------------------------------------------------------------------------------

/**
 * @param {HTMLElement} area
 * @returns {Mark[]}
 */
const marksOf = (area) => [
  ...all(area, ".thumb.current, .numbers .leaf").map(groundMark),
  ...all(area, "tbody td[data-step]").map(cellMark),
  ...all(area, ".thumb rect").map(thumbMark),
  ...all(area, "mfrac").map(barMark),
  ...all(area, "msqrt").map(rootMark),
  ...textMarks(area),
];

/**
 * @param {HTMLElement[]} areas
 * @returns {Promise<string>}
 */
async function stageSvg(areas) {
  const marks = areas.filter((area) => area.offsetParent).flatMap(marksOf);
  const x = Math.min(...marks.map(({ box }) => box.left)) - MARGIN;
  const y = Math.min(...marks.map(({ box }) => box.top)) - MARGIN;
  const width = Math.ceil(Math.max(...marks.map(({ box }) => box.right)) + MARGIN - x);
  const height = Math.ceil(Math.max(...marks.map(({ box }) => box.bottom)) + MARGIN - y);
  const paper = getComputedStyle(present(areas[0].closest(".atlas"))).getPropertyValue("--paper");
  const place = `x="${px(x)}" y="${px(y)}" width="${width}" height="${height}"`;
  const size = `width="${width}" height="${height}" viewBox="${px(x)} ${px(y)} ${width} ${height}"`;
  const ground = `<rect ${place} fill="${plainColour(paper)}"/>`;
  const written = marks.map(({ svg }) => svg).join("");
  return `<svg xmlns="${SVG}" ${size}>${await fontFaces(written)}${ground}${written}</svg>`;
}

/**
 * @param {Blob} blob
 * @param {string} name
 */
function download(blob, name) {
  const link = element("a", { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

/**
 * @param {HTMLElement[]} areas of the stage, from top to bottom
 * @param {string} name
 * @param {string} format "svg" or "png"
 */
export async function savePicture(areas, name, format) {
  const blob = new Blob([await stageSvg(areas)], { type: "image/svg+xml" });
  if (format === "svg") download(blob, `${name}.svg`);
  else savePixels(blob, `${name}.png`);
}

/**
 * @param {Blob} drawing
 * @param {string} name
 */
function savePixels(drawing, name) {
  const image = new Image();
  image.onload = () => {
    const canvas = element("canvas", { width: image.width * 2, height: image.height * 2 });
    canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
    canvas.toBlob((png) => png && download(png, name), "image/png");
  };
  image.src = URL.createObjectURL(drawing);
}
