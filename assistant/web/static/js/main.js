// On every page: theme, print size, the slash key, copy buttons and provision links.
import { $, $$, copy } from "./dom.js";
import { read, write } from "./store.js";
import { showProvision } from "./sheet.js";

const root = document.documentElement;

function dark() {
  const chosen = root.getAttribute("data-theme");
  return chosen ? chosen === "dark" : window.matchMedia("(prefers-color-scheme: dark)").matches;
}

function paintTools() {
  const theme = $("#theme");
  theme.setAttribute("aria-label", dark() ? "换成浅色" : "换成深色");
  $$("svg", theme).forEach((svg) => {
    svg.toggleAttribute("hidden", (svg.dataset.when === "dark") !== dark());
  });
  $("#size").setAttribute("aria-pressed", String(root.getAttribute("data-size") === "large"));
}

$("#theme").addEventListener("click", () => {
  const next = dark() ? "light" : "dark";
  root.setAttribute("data-theme", next);
  write("theme", next);
  paintTools();
});
$("#size").addEventListener("click", () => {
  const next = root.getAttribute("data-size") === "large" ? "" : "large";
  if (next) root.setAttribute("data-size", next);
  else root.removeAttribute("data-size");
  write("size", next);
  paintTools();
});
paintTools();

document.addEventListener("keydown", (event) => {
  const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName) || event.target.isContentEditable;
  if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey) {
    const box = $("[data-slash]");
    if (box) {
      event.preventDefault();
      box.focus();
      if (box.select) box.select();
    }
  }
});

document.addEventListener("click", (event) => {
  const node = event.target.closest("[data-copy], [data-provision], [data-print]");
  if (!node) return;
  if (node.dataset.copy) {
    event.preventDefault();
    copy(node.dataset.copy, node.dataset.done || "已复制");
  } else if (node.dataset.provision && !event.metaKey && !event.ctrlKey && !event.shiftKey) {
    event.preventDefault();
    showProvision(node.dataset.provision, node.dataset.on || "");
  } else if ("print" in node.dataset) {
    window.print();
  }
});

// a form control marked data-auto sends its form as soon as it changes (the date picker of the reader)
$$("[data-auto]").forEach((node) => node.addEventListener("change", () => node.form.submit()));
if (read("size") === "large") root.setAttribute("data-size", "large");
