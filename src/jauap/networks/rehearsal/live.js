// What others write appears without reloading; the form and what is open stay as they are.
const EVERY_MS = 3000;

async function look() {
  const here = document.querySelector("[data-live]");
  if (!here || document.hidden || here.querySelector("details[open]")) return;
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector("[data-live]");
  if (fresh && fresh.innerHTML !== here.innerHTML && !here.contains(document.activeElement)) {
    here.replaceChildren(...fresh.childNodes);
  }
}

setInterval(() => look().catch(() => {}), EVERY_MS);
