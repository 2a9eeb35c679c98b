// A list of things that wait to be dealt with, state by state.
import { $, $$, empty as nothing } from "./dom.js";
import { paged } from "./paged.js";

/**
 * Fill `list`. `load(status, offset, limit)` returns a page of the API, `entry(item, changed)` its node,
 * `empty` says what to write where a state has nothing. Buttons marked data-show choose the state; the pressed one is
 * where it begins.
 */
export function listing({ load, entry, empty, list }) {
  let status = $("[data-show][aria-pressed=true]").dataset.show;
  const refresh = paged({
    list,
    load: (offset, limit) => load(status, offset, limit),
    entry: (item) => entry(item, () => refresh()),
    nothing: () => nothing(empty[status], ""),
  });

  $$("[data-show]").forEach((tab) =>
    tab.addEventListener("click", () => {
      status = tab.dataset.show;
      $$("[data-show]").forEach((other) => other.setAttribute("aria-pressed", String(other === tab)));
      refresh();
    }),
  );
  refresh();
}
