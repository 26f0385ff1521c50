// A model of one's own: three files, sent one after the other, for this session alone.

import { element } from "../draw/nodes.js";
import { say } from "../model/say.js";

/** @import { WireModel as Model, WireUploads as Uploads } from "../wire.js" */

export const UPLOADED = "uploaded"; // in place of a model's key

/**
 * @typedef {object} Effects
 * @property {() => Promise<Model | undefined>} open the model, once its files are there
 * @property {(model: Model) => void} opened
 */

/**
 * Which chosen file is which of the files of a model; a sentence where one is missing, or is none of them.
 * @template {{ name: string, size: number }} Chosen
 * @param {Chosen[]} chosen
 * @param {string[]} names in their order
 * @param {number} most megabytes
 * @returns {[string, Chosen][] | string}
 */
export function sorted(chosen, names, most) {
  /** @param {string} name weights may have any name that ends as theirs does */
  const meant = (name) => (name.endsWith(".safetensors") ? "model.safetensors" : name);
  const other = chosen.find(({ name }) => !names.includes(meant(name)));
  if (other)
    return say("{other} is not read: choose {listed}. Pickles are never opened.", {
      other: other.name,
      listed: names.join(", "),
    });
  const found = names.map((name) => chosen.filter((file) => meant(file.name) === name));
  const missing = names.find((_, n) => found[n].length !== 1);
  if (missing) return say("Choose all three files at once: there has to be one {missing}.", { missing });
  const size = chosen.reduce((sum, file) => sum + file.size, 0) / 1e6;
  if (size > most)
    return say("The files have {size} MB, and at most {most} MB may be uploaded.", {
      size: size.toFixed(1),
      most,
    });
  return names.map((name, n) => [name, found[n][0]]);
}

export class Upload {
  #uploads;
  #effects;
  #files = element("input", { type: "file", aria: { label: say("Files of the model") } });
  #progress = element("progress", { aria: { label: say("Sent") } });
  #says = element("p", { aria: { role: "status" } });
  node = element("details", { className: "upload" });

  /**
   * @param {Uploads} uploads
   * @param {Effects} effects
   */
  constructor(uploads, effects) {
    this.#uploads = uploads;
    this.#effects = effects;
    this.#files.multiple = true;
    this.#files.accept = ".json,.safetensors";
    this.#progress.hidden = true;
    const about =
      say("Choose {listed} of a BERT, GPT-2 or Llama, together at most {most} MB. ", {
        listed: uploads.files.join(", "),
        most: uploads.most,
      }) + say("They are kept for this visit alone, nobody else can use them, and they are deleted when it ends.");
    this.node.append(
      element("summary", { textContent: say("Upload a model of your own") }),
      element("p", { textContent: about }),
      this.#files,
      this.#progress,
      this.#says,
    );
    this.#files.onchange = () => void this.#chosen([...(this.#files.files ?? [])]);
  }

  /** @param {File[]} chosen */
  async #chosen(chosen) {
    const files = sorted(chosen, this.#uploads.files, this.#uploads.most);
    if (typeof files === "string") return this.#say(files, true);
    this.#files.disabled = true;
    try {
      await this.#send(files);
      this.#say(say("The model is being opened."));
      const model = await this.#effects.open();
      this.#say(
        model ? say("It is open: {about}", { about: model.about }) : say("It was not opened: see above why."),
        !model,
      );
      if (model) this.#effects.opened(model);
    } catch (problem) {
      this.#say(/** @type {Error} */ (problem).message, true);
    } finally {
      this.#files.disabled = false;
      this.#files.value = "";
      this.#progress.hidden = true;
    }
  }

  /** @param {[string, File][]} files */
  async #send(files) {
    const whole = files.reduce((sum, [, { size }]) => sum + size, 0);
    let before = 0;
    this.#progress.hidden = false;
    for (const [name, file] of files) {
      this.#say(say("Sending {name}.", { name }));
      await sent(`${this.#uploads.to}/${name}`, file, (count) => {
        this.#progress.value = (before + count) / whole;
      });
      before += file.size;
    }
  }

  /**
   * @param {string} sentence
   * @param {boolean} [isProblem]
   */
  #say(sentence, isProblem = false) {
    this.#says.textContent = sentence;
    this.#says.classList.toggle("problem", isProblem);
  }
}

/**
 * Send a file; throws an Error with a sentence where it is refused. (fetch tells nobody how much has been sent.)
 * @param {string} to
 * @param {File} file
 * @param {(count: number) => void} progress
 * @returns {Promise<void>}
 */
const sent = (to, file, progress) =>
  new Promise((done, fail) => {
    const request = new XMLHttpRequest();
    request.open("POST", new URL(to, document.baseURI));
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.upload.onprogress = ({ loaded }) => progress(loaded);
    request.onload = () => (request.status === 200 ? done() : fail(new Error(refusal(request.responseText))));
    request.onerror = () => fail(new Error("The server does not answer: try again in a moment."));
    request.send(file);
  });

/** @param {string} text of an answer */
function refusal(text) {
  try {
    return JSON.parse(text).problem;
  } catch {
    return say("The server could not keep this file.");
  }
}
