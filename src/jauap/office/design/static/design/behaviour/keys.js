// g + letter goes, j and k move over rows, Enter opens, single letters click what carries data-key.
// Nothing happens while somebody types, nor with Ctrl, Alt or Meta.
const TYPING = "input, textarea, select, [contenteditable], dialog[open]";
const ROWS = "[data-row]";

function visible(element) {
  return element.checkVisibility?.() ?? element.offsetParent !== null;
}

function rows() {
  return [...document.querySelectorAll(ROWS)].filter(visible);
}

function target(row) {
  return row.matches("a, button") ? row : row.querySelector("a[href], button");
}

function move(step) {
  const all = rows();
  const here = all.findIndex((row) => row.contains(document.activeElement));
  const marked = all.findIndex((row) => row.matches('[aria-current="true"]'));
  const from = here >= 0 ? here : marked;
  const next = all[Math.min(Math.max(from + step, 0), all.length - 1)];
  const link = next && target(next);
  link?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

function nearest(key) {
  const inside = document.activeElement?.closest(ROWS)?.querySelector(`[data-key="${key}"]`);
  return inside ?? [...document.querySelectorAll(`[data-key="${key}"]`)].find(visible);
}

function press(element) {
  if (element.matches("input, textarea, select")) element.focus();
  else element.click();
}

export default function keys() {
  let going = 0;
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    if (event.target.closest?.(TYPING)) return;
    const key = event.key.toLowerCase();
    if (going && performance.now() - going < 1500) {
      going = 0;
      const place = document.querySelector(`[data-go="${CSS.escape(key)}"]`);
      if (place) { event.preventDefault(); place.click(); }
      return;
    }
    if (key === "?") document.querySelector('[data-dialog="keys"]')?.showModal();
    else if (key === "g") going = performance.now();
    else if (key === "j") move(1);
    else if (key === "k") move(-1);
    else if (key.length === 1 && /[a-z/]/.test(key) && nearest(key)) press(nearest(key));
    else return;
    event.preventDefault();
  });
}
