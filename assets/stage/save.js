// Two buttons in the export dialog; the stage on the page listens and saves itself.
export default function listen({ parentElement }) {
  for (const button of parentElement.querySelectorAll("button"))
    button.onclick = () => document.dispatchEvent(new CustomEvent("atlas:save", { detail: button.dataset.format }));
}
