// <div class="secret" data-behaviour="copy">: its button copies the words beside it.
import { say, sentence } from "./voice.js";

export default function copy(place) {
  const button = place.querySelector("button");
  const words = place.querySelector("[data-words]");
  if (!button || !words) return;
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(words.textContent.trim());
      say(sentence("copied"));
      button.dataset.state = "sent";
    } catch {
      getSelection()?.selectAllChildren(words);
    }
  });
}
