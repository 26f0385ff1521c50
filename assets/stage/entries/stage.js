// The stage as a component of a page; where a lesson has none, the component keeps the address alone.

import player from "../player.css";
import style from "../stage.css";
import { mount } from "../stage.js";
import { keepAddress } from "../talk/address.js";
import { post } from "../talk/post.js";

/** @import { WireAddress, WirePayload } from "../wire.js" */
/** @import { Component } from "../talk/component.js" */

/**
 * @param {Component<WirePayload | WireAddress>} component
 * @returns {component is Component<WireAddress>}
 */
const isAddress = (component) => component.data.mode === "address";

/** @param {Component<WirePayload | WireAddress>} component */
export default function show(component) {
  if (isAddress(component)) return keepAddress(component);
  return mount(/** @type {Component<WirePayload>} */ (component), `${player}\n${style}`, post);
}
