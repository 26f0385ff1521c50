// Numbers as they travel between a page and whatever answers it: as text, and out of it.

/** @param {Uint8Array} bytes */
export const base64 = (bytes) => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));

/**
 * The other way than `decode`.
 * @param {Float64Array} numbers
 */
export const encode = ({ buffer, byteOffset, byteLength }) => base64(new Uint8Array(buffer, byteOffset, byteLength));

/**
 * All values, float64 in base64: exact, and minus infinity survives.
 * @param {string} text
 */
export const decode = (text) => new Float64Array(Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer);
