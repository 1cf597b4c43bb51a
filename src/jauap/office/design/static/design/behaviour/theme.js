// Light, dark, or as the device: remembered on this device, nowhere else.
export default function theme(place) {
  place.hidden = false;
  const show = (chosen) => {
    for (const button of place.querySelectorAll("[data-theme-choice]")) {
      button.setAttribute("aria-pressed", String(button.dataset.themeChoice === chosen));
    }
  };
  place.addEventListener("click", (event) => {
    const button = event.target.closest("[data-theme-choice]");
    if (!button) return;
    const chosen = button.dataset.themeChoice;
    if (chosen) document.documentElement.dataset.theme = chosen;
    else delete document.documentElement.dataset.theme;
    try { localStorage.setItem("theme", chosen); } catch { /* only for this page, then */ }
    show(chosen);
  });
  show(document.documentElement.dataset.theme ?? "");
}
