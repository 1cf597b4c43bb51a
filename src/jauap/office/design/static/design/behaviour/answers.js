// What the server answers to htmx when it refuses or fails: its own sentence, as a toast.
import { connected, sentence, toast } from "./voice.js";

// The sentence in an error page or fragment: its [data-said], '' where it has none.
export function said(html) {
  const place = new DOMParser().parseFromString(html, "text/html").querySelector("[data-said]");
  return place?.dataset.said || place?.textContent.trim() || "";
}

export default function answers() {
  const body = document.body;
  body.addEventListener("htmx:responseError", (event) => toast(said(event.detail.xhr.responseText) || sentence("failed")));
  body.addEventListener("htmx:sendError", () => connected(false));
  body.addEventListener("htmx:afterOnLoad", () => connected(true));
  window.addEventListener("offline", () => connected(false));
  window.addEventListener("online", () => connected(true));
}
