// The stage as a component of a page; where a lesson shows maps instead, the address and undo are all there is of it.

import { drawAhead } from "../ahead.js";
import { taught } from "../inclass.js";
import { mountMaps } from "../maps.js";
import player from "../player.css";
import style from "../stage.css";
import { mount, renew, stageAhead } from "../stage.js";
import { post } from "../talk/post.js";

/** @import { WireAddress, WirePayload } from "../wire.js" */
/** @import { Component } from "../talk/component.js" */

const STYLE = `${player}\n${style}`;
const PAGE = { post, taught };

export { renew };

/** The lesson that stands in the page itself, until its component comes. */
export const ahead = () => drawAhead((data, root, come) => stageAhead(data, root, STYLE, PAGE, come));

/**
 * @param {Component<WirePayload | WireAddress>} component
 * @returns {component is Component<WireAddress>}
 */
const isAddress = (component) => component.data.mode === "address";

/** @param {Component<WirePayload | WireAddress>} component */
export default function show(component) {
  if (isAddress(component)) return mountMaps(component, style);
  return mount(/** @type {Component<WirePayload>} */ (component), STYLE, PAGE);
}
