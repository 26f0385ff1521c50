// The stage as an SVG or PNG file: read off the tables on screen, so it shows what is shown.

import { plainColour } from "./colours.js";
import { all, element, present, SVG } from "./nodes.js";

/** @param {string} text */
const escaped = (text) => text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);

const WRITTEN = ["tbody td", "th .axis", "figcaption .about", "figcaption small", ".operator", ".slice-name"].join(
  ", ",
);

/**
 * @param {HTMLElement} node
 * @param {DOMRect} origin
 */
function textMark(node, origin) {
  const box = node.getBoundingClientRect();
  const { fontFamily, fontSize, fontWeight, fontStyle, color } = getComputedStyle(node);
  const [x, y] = [box.x - origin.x + box.width / 2, box.y - origin.y + box.height / 2];
  const place = `x="${x}" y="${y}" text-anchor="middle" dominant-baseline="central"`;
  const font = `font-family="${escaped(fontFamily)}" font-size="${fontSize}" font-weight="${fontWeight}"`;
  const text = escaped(node.textContent ?? "");
  return `<text ${place} ${font} font-style="${fontStyle}" fill="${color}">${text}</text>`;
}

/**
 * @param {HTMLElement} cell
 * @param {DOMRect} origin
 */
function boxMark(cell, origin) {
  const box = cell.getBoundingClientRect();
  const style = getComputedStyle(cell);
  const lit = cell.matches(".lit, .current");
  const edge = lit ? ` stroke="${style.outlineColor}" stroke-width="${style.outlineWidth}"` : "";
  const place = `x="${box.x - origin.x}" y="${box.y - origin.y}" width="${box.width}" height="${box.height}"`;
  return `<rect ${place} rx="5" fill="${plainColour(style.backgroundColor)}"${edge}/>`;
}

/** @param {HTMLElement} stage */
function stageSvg(stage) {
  const origin = stage.getBoundingClientRect();
  const [width, height] = [Math.max(stage.scrollWidth, origin.width), origin.height];
  const written = all(stage, WRITTEN).filter((node) => node.textContent);
  const marks = [
    ...all(stage, "tbody td").map((cell) => boxMark(cell, origin)),
    ...[...written, ...all(stage, "figcaption .symbol")].map((node) => textMark(node, origin)),
  ];
  const paper = getComputedStyle(present(stage.closest(".atlas"))).getPropertyValue("--paper");
  const ground = `<rect width="100%" height="100%" fill="${plainColour(paper)}"/>`;
  const size = `width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"`;
  return `<svg xmlns="${SVG}" ${size}>${ground}${marks.join("")}</svg>`;
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
 * @param {HTMLElement} stage
 * @param {string} name
 * @param {string} format "svg" or "png"
 */
export function savePicture(stage, name, format) {
  const blob = new Blob([stageSvg(stage)], { type: "image/svg+xml" });
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
