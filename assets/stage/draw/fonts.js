// The page's own fonts inside a picture, which is shown where they are not installed.

/** @param {string} name */
const bare = (name) => name.replace(/["']/g, "").trim();

/** @returns {CSSFontFaceRule[]} */
function faces() {
  return [...document.styleSheets].flatMap((sheet) => {
    try {
      return [...sheet.cssRules].filter((rule) => rule instanceof CSSFontFaceRule);
    } catch {
      return []; // a sheet from elsewhere
    }
  });
}

/** @param {Blob} blob @returns {Promise<string>} */
const asAddress = (blob) =>
  new Promise((done) => {
    const reader = new FileReader();
    reader.onload = () => done(String(reader.result));
    reader.readAsDataURL(blob);
  });

/**
 * One font with its file in it; "" where the file cannot be had.
 * @param {CSSFontFaceRule} rule
 */
async function embedded({ style, parentStyleSheet }) {
  const [, file] = style.getPropertyValue("src").match(/url\(["']?([^"')]+)/) ?? [];
  if (!file) return "";
  try {
    const answer = await fetch(new URL(file, parentStyleSheet?.href ?? document.baseURI));
    const address = await asAddress(await answer.blob());
    const kind = ["font-family", "font-weight", "font-style"].map((name) => `${name}:${style.getPropertyValue(name)}`);
    return `@font-face{${kind.filter((each) => !each.endsWith(":")).join(";")};src:url(${address})}`;
  } catch {
    return "";
  }
}

/**
 * A style element with the fonts that a drawing names and this page has loaded itself; "" where all are the system's.
 * @param {string} drawing
 */
export async function fontFaces(drawing) {
  const used = faces().filter(({ style }) => {
    const family = bare(style.getPropertyValue("font-family"));
    const isLoaded = [...document.fonts].some((font) => bare(font.family) === family && font.status === "loaded");
    return isLoaded && style.getPropertyValue("font-style") !== "italic" && drawing.includes(family);
  });
  const rules = (await Promise.all(used.map(embedded))).join("");
  return rules && `<style>${rules}</style>`;
}
