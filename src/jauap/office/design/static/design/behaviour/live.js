// Server-sent events from the address in data-live, from the last id on. Each becomes `live:TOPIC` on
// the body, so that a template may say hx-trigger="live:inbox from:body". Data: {"topic": "inbox", ...}.
import { connected } from "./voice.js";

const PATIENCE = [1, 2, 5, 10, 20, 30];

// A browser does not say why a stream was refused; 204 means that this visitor has none (signed out).
async function unwelcome(address) {
  const stop = new AbortController();
  try {
    const answer = await fetch(address, { signal: stop.signal });
    stop.abort();
    return answer.status === 204;
  } catch {
    return false;
  }
}

export default function live(body) {
  if (!body.dataset.live) return;
  let last = body.dataset.last ?? "";
  let tries = 0;
  let source = null;
  let warning = 0;

  const hear = (event) => {
    if (event.lastEventId) last = event.lastEventId;
    let detail;
    try { detail = JSON.parse(event.data); } catch { return; }
    if (typeof detail?.topic !== "string") return;
    body.dispatchEvent(new CustomEvent(`live:${detail.topic}`, { detail, bubbles: true }));
  };

  const open = () => {
    const address = new URL(body.dataset.live, location.href);
    if (last) address.searchParams.set("after", last);
    source = new EventSource(address);
    source.onmessage = hear;
    source.onopen = () => {
      clearTimeout(warning);
      if (tries) body.dispatchEvent(new CustomEvent("live:again", { bubbles: true }));
      tries = 0;
      connected(true);
    };
    source.onerror = async () => {
      const refused = source.readyState === EventSource.CLOSED;
      source.close();
      if (refused && await unwelcome(address)) return;
      const wait = PATIENCE[Math.min(tries, PATIENCE.length - 1)];
      // A server that restarts is back in a moment: the band waits for the second failure.
      if (tries > 0) connected(false);
      tries += 1;
      warning = setTimeout(open, wait * 1000);
    };
  };

  open();
  window.addEventListener("pagehide", () => { clearTimeout(warning); source.close(); });
  window.addEventListener("pageshow", (event) => { if (event.persisted) open(); });
}
