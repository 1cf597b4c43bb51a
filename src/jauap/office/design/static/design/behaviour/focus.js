// After a swap the focus returns to where it was: to the same id or name, else to the swapped piece.
export default function focus(body) {
  let was = null;
  body.addEventListener("htmx:beforeSwap", (event) => {
    const active = document.activeElement;
    if (!event.detail.target.contains(active) || active === body) { was = null; return; }
    const { selectionStart: start = null, selectionEnd: end = null } = active;
    was = { id: active.id, name: active.name, href: active.getAttribute("href"), start, end, text: active.textContent.trim() };
  });
  body.addEventListener("htmx:afterSettle", (event) => {
    if (!was) return;
    const place = event.detail.target.isConnected ? event.detail.target : document.getElementById(event.detail.target.id);
    const { id, name, href, start, end, text } = was;
    was = null;
    if (document.activeElement && document.activeElement !== body) return;
    const scope = place ?? document;
    const found = (id && document.getElementById(id))
      || (name && scope.querySelector(`[name="${CSS.escape(name)}"]`))
      || (href && scope.querySelector(`[href="${CSS.escape(href)}"]`))
      || [...scope.querySelectorAll("button, a[href]")].find((each) => text && each.textContent.trim() === text);
    const to = found || place;
    if (!to) return;
    if (!found && to.tabIndex < 0) to.tabIndex = -1;
    to.focus({ preventScroll: true });
    if (start !== null && to.setSelectionRange) to.setSelectionRange(start, end);
  });
}
