// How the pictures that draw themselves make an element of the page or of a drawing.

const filled = (node, attributes, children) => {
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
};
const made = (tag, attributes = {}, ...children) => filled(document.createElement(tag), attributes, children);
const SVG = "http://www.w3.org/2000/svg";
const drawn = (tag, attributes = {}, ...children) => filled(document.createElementNS(SVG, tag), attributes, children);
