// A toast leaves after ten seconds, not while a pointer or the focus is on it.
import { say } from "./voice.js";

const STAYS = 10000;

export default function undo(toast) {
  let timer = 0;
  const leave = () => toast.remove();
  const wait = () => { clearTimeout(timer); timer = setTimeout(leave, STAYS); };
  const stay = () => clearTimeout(timer);
  toast.addEventListener("pointerenter", stay);
  toast.addEventListener("focusin", stay);
  toast.addEventListener("pointerleave", wait);
  toast.addEventListener("focusout", wait);
  say(toast.querySelector(".toast-words")?.textContent.trim());
  wait();
}
