// <a href="/…/withdraw" data-opens="withdraw"> opens <dialog data-dialog="withdraw">; without script the link leads on.
export default function dialog(element) {
  const name = element.dataset.dialog;
  let opener = null;
  document.addEventListener("click", (event) => {
    const from = event.target.closest?.(`[data-opens="${name}"]`);
    if (!from || !element.isConnected || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    opener = from;
    from.closest("details.menu")?.removeAttribute("open");
    element.showModal();
  });
  element.addEventListener("click", (event) => {
    if (event.target === element || event.target.closest("[data-closes]")) element.close();
  });
  element.addEventListener("close", () => opener?.focus());
  if (element.dataset.open === "now") element.showModal();
}
