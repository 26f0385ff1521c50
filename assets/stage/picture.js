// The stage as an SVG or PNG file: read off the tables on screen, so it shows what is shown.

const TEXT_STYLES = ["fontFamily", "fontSize", "fontWeight", "fontStyle", "color"];

function textMark(node, text, origin) {
  const box = node.getBoundingClientRect();
  const style = getComputedStyle(node);
  const [family, size, weight, slant, fill] = TEXT_STYLES.map((name) => style[name]);
  const [x, y] = [box.x - origin.x + box.width / 2, box.y - origin.y + box.height / 2];
  return `<text x="${x}" y="${y}" text-anchor="middle" dominant-baseline="central" font-family="${escapeHtml(family)}" font-size="${size}" font-weight="${weight}" font-style="${slant}" fill="${fill}">${escapeHtml(text)}</text>`;
}

function boxMark(cell, origin) {
  const box = cell.getBoundingClientRect();
  const style = getComputedStyle(cell);
  const edge = cell.matches(".lit, .current") ? ` stroke="${style.outlineColor}" stroke-width="${style.outlineWidth}"` : "";
  return `<rect x="${box.x - origin.x}" y="${box.y - origin.y}" width="${box.width}" height="${box.height}" rx="5" fill="${canvasColour(style.backgroundColor)}"${edge}/>`;
}

/** A colour any viewer understands: color-mix and oklab become rgb by way of a canvas pixel. */
function canvasColour(colour) {
  const context = (canvasColour.context ??= document.createElement("canvas").getContext("2d", { willReadFrequently: true }));
  context.clearRect(0, 0, 1, 1);
  context.fillStyle = colour;
  context.fillRect(0, 0, 1, 1);
  const [r, g, b, a] = context.getImageData(0, 0, 1, 1).data;
  return a === 255 ? `rgb(${r},${g},${b})` : `rgba(${r},${g},${b},${(a / 255).toFixed(3)})`;
}

function stageSvg(stage) {
  const origin = stage.getBoundingClientRect();
  const width = Math.max(stage.scrollWidth, origin.width);
  const marks = [];
  for (const cell of stage.querySelectorAll("tbody td")) marks.push(boxMark(cell, origin));
  for (const node of stage.querySelectorAll("tbody td, th .axis, figcaption .about, figcaption small, .operator, .slice-name"))
    if (node.textContent) marks.push(textMark(node, node.textContent, origin));
  for (const node of stage.querySelectorAll("figcaption .symbol")) marks.push(textMark(node, node.textContent, origin));
  const ground = canvasColour(getComputedStyle(stage.closest(".atlas")).getPropertyValue("--paper"));
  return `<svg xmlns="${SVG}" width="${width}" height="${origin.height}" viewBox="0 0 ${width} ${origin.height}"><rect width="100%" height="100%" fill="${ground}"/>${marks.join("")}</svg>`;
}

function download(blob, name) {
  const link = element("a", { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

function saveStage(stage, name, format) {
  const text = stageSvg(stage);
  const blob = new Blob([text], { type: "image/svg+xml" });
  if (format === "svg") return download(blob, `${name}.svg`);
  const image = new Image();
  image.onload = () => {
    const canvas = element("canvas", { width: image.width * 2, height: image.height * 2 });
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    canvas.toBlob((png) => download(png, `${name}.png`), "image/png");
  };
  image.src = URL.createObjectURL(blob);
}
