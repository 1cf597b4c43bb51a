// A file field as a place to drop pictures on: its form is sent as soon as files are chosen.
export default function pick(place) {
  const input = place.querySelector('input[type="file"]');
  if (!input) return;
  const over = (yes) => place.toggleAttribute("data-over", yes);
  place.addEventListener("dragover", (event) => { event.preventDefault(); over(true); });
  place.addEventListener("dragleave", () => over(false));
  place.addEventListener("drop", (event) => {
    event.preventDefault();
    over(false);
    if (!event.dataTransfer?.files.length) return;
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
  input.addEventListener("change", () => {
    if (input.files.length) input.form?.requestSubmit();
  });
}
