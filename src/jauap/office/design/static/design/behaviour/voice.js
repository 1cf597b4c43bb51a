// Sentences come from the page (<template data-sentence>), already in the reader's language.
export function sentence(name, values = {}) {
  const words = document.querySelector(`template[data-sentence="${name}"]`)?.content.textContent ?? "";
  return words.trim().replace(/\{(\w+)\}/g, (whole, key) => values[key] ?? whole);
}

// One polite live region a page.
export function say(words) {
  const voice = document.querySelector("[data-voice]");
  if (!voice || !words) return;
  voice.textContent = "";
  requestAnimationFrame(() => { voice.textContent = words; });
}

export function toast(words) {
  const place = document.querySelector("[data-toasts]");
  if (!place || !words) return;
  const box = document.createElement("div");
  box.className = "toast";
  box.dataset.behaviour = "undo";
  const span = document.createElement("span");
  span.className = "toast-words";
  span.textContent = words;
  box.append(span);
  place.replaceChildren(box);
  say(words);
  setTimeout(() => box.remove(), 10000);
}

export function connected(yes) {
  const band = document.querySelector('[data-band="offline"]');
  if (!band || band.hidden === yes) return;
  band.hidden = yes;
  say(sentence(yes ? "online" : "offline"));
}
