// A class in the browser, beside the page of Streamlit: it stays while pages come and go.

import { Room } from "../classroom/room.js";
import style from "../classroom.css";

/** @type {Room | undefined} */
let room;

/** @param {string} wish "start", "join", or "" where this browser is in a class already */
export function begin(wish) {
  room ??= new Room(style);
  room.enter(wish);
}
