// What Streamlit hands to a component: its data, its element, and two ways to send a message.

/**
 * @template Data
 * @typedef {object} Component
 * @property {Data} data
 * @property {HTMLElement} parentElement
 * @property {(name: string, message: object) => void} [setTriggerValue] a message that is delivered once
 * @property {(name: string, message: object) => void} [setStateValue] a message that stays until the next
 */

export {};
