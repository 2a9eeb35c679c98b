// The reader works without this; it opens the folds on wide screens and keeps the marked line in view.
import { $, $$, copy } from "./dom.js";

if (window.matchMedia("(min-width: 64rem)").matches) {
  $$(".fold").forEach((fold) => {
    fold.open = true;
  });
  const current = $(".tree .current");
  const side = $(".law-side");
  if (current && side) side.scrollTop = Math.max(0, current.offsetTop - side.clientHeight / 3);
}
const chosen = $(".article.chosen");
if (chosen && !location.hash) chosen.scrollIntoView({ block: "center" });

// a citation is copied with the text it cites
document.addEventListener("click", (event) => {
  const cite = event.target.closest("[data-cite]");
  if (!cite) return;
  const text = $$("p", cite.closest(".line, .article"))
    .filter((p) => !p.classList.contains("note"))
    .map((p) => p.textContent)
    .join("\n");
  copy(`${cite.dataset.cite}：${text}`, `已复制${cite.dataset.cite}`);
});

document.addEventListener("keydown", (event) => {
  if (/^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName) || (event.key !== "j" && event.key !== "k")) return;
  const heads = $$(".article h5 a");
  const top = 90;
  const at = heads.findIndex((a) => a.getBoundingClientRect().top > top + 1);
  const here = at < 0 ? heads.length : at;
  const next = event.key === "j" ? heads[Math.min(here, heads.length - 1)] : heads[Math.max(0, here - 2)];
  if (!next) return;
  next.focus({ preventScroll: true });
  window.scrollBy(0, next.getBoundingClientRect().top - top + 10);
});
