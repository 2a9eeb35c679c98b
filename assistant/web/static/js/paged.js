// A list that comes page by page; of answers that overtake each other, the one asked for last is shown.
import { $, button, failure, fill, h, loading } from "./dom.js";

const PAGE = 20;

/**
 * Return `refresh()`, which fills `list` from its first page. `load(offset, limit)` returns {items, next_offset},
 * `entry(item)` a node, `nothing()` what stands where there are none; `kind` is the class of the `ul`.
 */
export function paged({ list, load, entry, nothing, waiting = "正在取", kind = null }) {
  let turn = 0;

  async function show(offset) {
    turn += 1;
    const mine = turn;
    if (!offset) fill(list, loading(waiting));
    try {
      const page = await load(offset || "", PAGE);
      if (mine === turn) draw(page, offset);
    } catch (error) {
      if (mine === turn) fill(list, failure(error, () => show(offset)));
    }
  }

  function draw(page, offset) {
    if (!page.items.length && !offset) {
      fill(list, nothing());
      return;
    }
    const items = offset ? $("ul", list) : h("ul", kind && { class: kind });
    page.items.forEach((item) => items.append(entry(item)));
    if (!offset) fill(list, items);
    if (page.next_offset) {
      const more = button("再看一些", "", () => {
        more.remove();
        show(page.next_offset);
      });
      list.append(more);
    }
  }

  return () => show(0);
}
