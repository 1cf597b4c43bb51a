// A <details> as a menu: Escape and a click elsewhere close it, arrows move in it.
export default function menu(element) {
  const summary = element.querySelector("summary");
  const items = () => [...element.querySelectorAll(".menu-list a, .menu-list button")].filter((each) => each.offsetParent);
  document.addEventListener("click", (event) => {
    if (element.open && !element.contains(event.target)) element.open = false;
  });
  element.addEventListener("focusout", (event) => {
    if (event.relatedTarget && !element.contains(event.relatedTarget)) element.open = false;
  });
  element.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && element.open) {
      element.open = false;
      summary.focus();
      event.stopPropagation();
    }
    if (!["ArrowDown", "ArrowUp"].includes(event.key)) return;
    event.preventDefault();
    element.open = true;
    const all = items();
    const here = all.indexOf(document.activeElement);
    const step = event.key === "ArrowDown" ? 1 : -1;
    all[(here + step + all.length) % all.length]?.focus();
  });
}
