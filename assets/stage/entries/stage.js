// The stage as a component of a page.

import player from "../player.css";
import style from "../stage.css";
import { mount } from "../stage.js";

/** @import { WirePayload } from "../wire.js" */
/** @import { Component } from "../talk/component.js" */

/** @param {Component<WirePayload>} component */
export default (component) => mount(component, `${player}\n${style}`);
