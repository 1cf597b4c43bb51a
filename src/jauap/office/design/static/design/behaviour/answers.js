// What the server answers to htmx when it refuses or fails: its own sentence, as a toast.
import { connected, sentence, toast } from "./voice.js";

// The sentence in an error page or fragment: its [data-said], '' where it has none.
export function said(html) {
  const place = new DOMParser().parseFromString(html, "text/html").querySelector("[data-said]");
  return place?.dataset.said || place?.textContent.trim() || "";
}

export default function answers() {
  const body = document.body;
  // A refusal that the server has aimed at the toasts (HX-Retarget) is swapped in as it is.
  const aimed = (xhr) => Boolean(xhr.getResponseHeader("HX-Retarget"));
  body.addEventListener("htmx:beforeSwap", (event) => {
    if (aimed(event.detail.xhr)) event.detail.shouldSwap = true;
  });
  body.addEventListener("htmx:responseError", (event) => {
    const { xhr } = event.detail;
    if (!aimed(xhr)) toast(said(xhr.responseText) || sentence("failed"));
  });
  body.addEventListener("htmx:sendError", () => connected(false));
  body.addEventListener("htmx:afterOnLoad", () => connected(true));
  window.addEventListener("offline", () => connected(false));
  window.addEventListener("online", () => connected(true));
}
