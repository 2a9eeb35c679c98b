// A text field that also takes a file. Plain text is read here; other kinds go to the service as they are.
import { $, say } from "./dom.js";

const PLAIN = /\.(txt|md|markdown)$/i;

/** UTF-8 where it is valid, else the encoding that old office software writes. */
async function plainText(file) {
  const bytes = await file.arrayBuffer();
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    return new TextDecoder("gb18030").decode(bytes);
  }
}

/** Wire the drop zone of a form; `current()` returns the file waiting to be sent, or null. */
export function fileDrop(form, area) {
  const zone = $("#drop");
  const input = $("#file");
  const text = $("#drop-text");
  const remove = $("#drop-clear");
  const asking = text.textContent;
  let waiting = null;

  function set(file) {
    waiting = file;
    text.textContent = file ? `已选“${file.name}”` : asking;
    remove.hidden = !file;
    area.disabled = Boolean(file);
    if (!file) input.value = "";
  }

  async function take(file) {
    if (!file) return;
    if (!PLAIN.test(file.name)) {
      set(file);
      return;
    }
    set(null);
    area.value = (await plainText(file)).replace(/^\uFEFF/, "");
    area.dispatchEvent(new Event("input"));
    say(`已读入“${file.name}”`);
  }

  input.addEventListener("change", () => take(input.files[0]));
  remove.addEventListener("click", () => {
    set(null);
    area.focus();
  });
  ["dragenter", "dragover"].forEach((name) =>
    form.addEventListener(name, (event) => {
      event.preventDefault();
      zone.classList.add("over");
    }),
  );
  form.addEventListener("dragleave", () => zone.classList.remove("over"));
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    zone.classList.remove("over");
    take(event.dataTransfer.files[0]);
  });
  return { current: () => waiting, clear: () => set(null) };
}
