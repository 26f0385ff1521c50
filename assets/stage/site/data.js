// Data of the static site: classic scripts that put it under a name, since a page from disk may fetch nothing.

const HOME = /** @type {{ atlasData?: Record<string, unknown> }} */ (globalThis);
HOME.atlasData ??= {};
const STORE = HOME.atlasData;

/** @type {Map<string, Promise<void>>} */
const asked = new Map();

/**
 * What a script has put under a name.
 * @param {string} name
 */
export const kept = (name) => STORE[name];

/**
 * The data of a name, with its script fetched where it has not come yet. It fails where the script does not arrive.
 * @param {string} name
 * @param {string} address of the script
 */
export async function fetched(name, address) {
  if (!(name in STORE)) {
    const coming = asked.get(address) ?? arrived(address);
    asked.set(address, coming);
    await coming.catch((error) => {
      asked.delete(address);
      throw error;
    });
  }
  return STORE[name];
}

/**
 * @param {string} address
 * @returns {Promise<void>}
 */
const arrived = (address) =>
  new Promise((done, fail) => {
    const script = document.createElement("script");
    script.src = address;
    script.onload = () => done();
    script.onerror = () => fail(new Error(`${address} did not arrive`));
    document.head.append(script);
  });
