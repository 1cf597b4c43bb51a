// Posts the form 800 ms after the last change to data-autosave (else its action); says "saved 14:02" in
// its [data-saved]. A fragment in the answer goes into the element that data-autosave-into names.
import { said } from "./answers.js";
import { connected, sentence, toast } from "./voice.js";

const PAUSE = 800;

function texts(form) {
  const all = new FormData(form);
  for (const [name, value] of [...all]) if (value instanceof File) all.delete(name);
  return all;
}

export default function autosave(form) {
  const told = form.querySelector("[data-saved]") ?? document.querySelector(`[data-saved="${form.id}"]`);
  let timer = 0;
  let flying = false;
  let dirty = false;

  const tell = (name, values) => {
    if (!told) return;
    told.dataset.state = name === "unsaved" ? "wrong" : "";
    told.textContent = sentence(name, values);
  };

  async function take(answer) {
    const fragment = await answer.text();
    if (!answer.ok && answer.status !== 422) {
      tell("unsaved");
      toast(said(fragment) || sentence("failed"));
      if (answer.status >= 500) dirty = true;
      return;
    }
    const now = new Date();
    tell("saved", { time: `${now.getHours()}:${String(now.getMinutes()).padStart(2, "0")}` });
    const into = form.dataset.autosaveInto;
    if (into && fragment) window.htmx?.swap(into, fragment, { swapStyle: "innerHTML" });
    form.dispatchEvent(new CustomEvent("autosaved", { bubbles: true, detail: { fragment } }));
  }

  async function save() {
    if (flying) { dirty = true; return; }
    flying = true;
    dirty = false;
    tell("saving");
    try {
      const headers = { "HX-Request": "true", "X-Autosave": "true" };
      const answer = await fetch(form.dataset.autosave || form.action, { method: "POST", body: texts(form), headers, keepalive: true });
      connected(true);
      await take(answer);
    } catch {
      tell("unsaved");
      connected(false);
      dirty = true;
    }
    flying = false;
    if (dirty) timer = setTimeout(save, PAUSE * 4);
  }

  form.addEventListener("input", (event) => {
    if (event.target.type === "file") return;
    clearTimeout(timer);
    timer = setTimeout(save, PAUSE);
    dirty = true;
  });
  form.addEventListener("submit", () => { clearTimeout(timer); dirty = false; });
  window.addEventListener("pagehide", () => { if (dirty && !flying) save(); });
}
