// Binds behaviours: <form data-behaviour="autosave"> gets `autosave(element)` once, also after a swap.
import answers from "./behaviour/answers.js";
import autosave from "./behaviour/autosave.js";
import copy from "./behaviour/copy.js";
import dialog from "./behaviour/dialog.js";
import focus from "./behaviour/focus.js";
import keys from "./behaviour/keys.js";
import live from "./behaviour/live.js";
import menu from "./behaviour/menu.js";
import pick from "./behaviour/pick.js";
import theme from "./behaviour/theme.js";
import undo from "./behaviour/undo.js";

const behaviours = { autosave, copy, dialog, focus, keys, live, menu, pick, theme, undo };
const bound = new WeakMap();

function bind(element) {
  const done = bound.get(element) ?? new Set();
  for (const name of element.dataset.behaviour.split(/\s+/)) {
    if (behaviours[name] && !done.has(name)) {
      done.add(name);
      bound.set(element, done);
      behaviours[name](element);
    }
  }
}

export function bindAll(root) {
  if (root.matches?.("[data-behaviour]")) bind(root);
  root.querySelectorAll("[data-behaviour]").forEach(bind);
}

bindAll(document.documentElement);
answers();
document.body.addEventListener("htmx:load", (event) => bindAll(event.detail.elt));
document.documentElement.dataset.ready = "";
