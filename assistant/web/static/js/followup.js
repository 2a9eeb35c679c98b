// A list of things that wait to be dealt with: state by state, page by page.
import { $, $$, button, empty as nothing, failure, fill, h, loading } from "./dom.js";

const PAGE = 20;

/**
 * Fill `list`. `load(status, offset, limit)` returns a page of the API, `entry(item, changed)` its node,
 * `empty` says what to write where a state has nothing. Buttons marked data-show choose the state; the pressed one is
 * where it begins.
 */
export function listing({ load, entry, empty, list }) {
  let status = $("[data-show][aria-pressed=true]").dataset.show;

  async function refresh(offset = 0) {
    if (!offset) fill(list, loading("正在取"));
    try {
      const page = await load(status, offset, PAGE);
      if (!page.items.length && !offset) {
        fill(list, nothing(empty[status], ""));
        return;
      }
      const items = offset ? $("ul", list) : h("ul", null);
      page.items.forEach((item) => items.append(entry(item, () => refresh())));
      if (!offset) fill(list, items);
      if (page.next_offset) {
        const more = button("再看一些", "", () => {
          more.remove();
          refresh(page.next_offset);
        });
        list.append(more);
      }
    } catch (error) {
      fill(list, failure(error, () => refresh(offset)));
    }
  }

  $$("[data-show]").forEach((tab) =>
    tab.addEventListener("click", () => {
      status = tab.dataset.show;
      $$("[data-show]").forEach((other) => other.setAttribute("aria-pressed", String(other === tab)));
      refresh();
    }),
  );
  refresh();
}
