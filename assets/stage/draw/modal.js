// Dialogs that keep the page behind them to themselves, wherever the focus is.

const MODAL = '[role="dialog"]:not([aria-modal="false"]), dialog:modal';

/** @returns {boolean} whether one is open, on the page or in a component that stands beside it */
export const isBehindDialog = () =>
  [document, ...document.body.children].some((part) =>
    (part instanceof Document ? part : part.shadowRoot)?.querySelector(MODAL),
  );
