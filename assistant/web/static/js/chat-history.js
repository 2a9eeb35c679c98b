// The talks of somebody who is logged in: a list beside the chat, to open, go on with and delete.
import { get, query, remove } from "./api.js";
import { $, button, failure, fill, h, icon, say } from "./dom.js";

const MOST = 200;

/** Fill the list. `desk` has open(chat) and fresh(); returns {refresh, mark}, both harmless where there is no list. */
export function startHistory(desk) {
  const root = $("#history");
  if (!root) return { async refresh() {}, mark() {} };
  const list = $("#history-list");
  const toggle = $("#history-open");
  let current = "";
  let shown = 30;
  // the talk pressed last; one that comes late isn't opened over it
  let wanted = "";

  toggle.addEventListener("click", () => {
    const open = root.classList.toggle("open");
    toggle.setAttribute("aria-expanded", String(open));
  });
  const fold = () => {
    root.classList.remove("open");
    toggle.setAttribute("aria-expanded", "false");
  };

  function entry(chat) {
    const row = h("li", { "data-id": chat.id });
    const ask = () =>
      fill(
        row,
        h("p", { class: "title" }, `删掉“${chat.title}”？`),
        h("p", { class: "row" }, button("删掉", "", gone, { class: "button small danger" }), button("不删", "", back)),
      );
    const back = () => {
      draw();
      $(".forget", row).focus();
    };
    async function gone() {
      try {
        await remove(`/chats/${encodeURIComponent(chat.id)}`);
        say("删掉了");
        row.remove();
        if (!list.children.length) none();
        if (chat.id === current) desk.fresh();
      } catch (error) {
        fill(row, failure(error, draw));
      }
    }
    function draw() {
      fill(
        row,
        h("button", { type: "button", class: "title", "aria-current": chat.id === current ? "true" : null, onclick: () => open(chat.id) }, chat.title || "没有题目"),
        h("button", { type: "button", class: "tool forget", "aria-label": `删掉“${chat.title}”`, onclick: ask }, icon("bin")),
      );
    }
    draw();
    return row;
  }

  const none = () => fill(list, h("li", { class: "meta" }, "还没有。登录后问的会留在这里。"));

  async function open(id) {
    wanted = id;
    try {
      const chat = await get(`/chats/${encodeURIComponent(id)}`);
      if (wanted !== id) return;
      desk.open(chat);
      fold();
    } catch (error) {
      if (wanted === id) say(`${error.message}。${error.hint || ""}`);
    }
  }

  async function refresh() {
    try {
      const found = await get(`/chats${query({ limit: shown })}`);
      root.hidden = false;
      if (!found.items.length) none();
      else fill(list, found.items.map(entry), found.next_offset && shown < MOST && h("li", null, button("更早的", "", earlier)));
    } catch (error) {
      // a service that keeps no talks has no such list
      root.hidden = error.code === "not_found";
      fill(list, h("li", null, failure(error, refresh)));
    }
  }

  function earlier() {
    shown = Math.min(shown + 50, MOST);
    refresh();
  }

  function mark(id) {
    current = id;
    list.querySelectorAll("li[data-id]").forEach((row) => {
      const title = $(".title", row);
      if (row.dataset.id === id) title.setAttribute("aria-current", "true");
      else title.removeAttribute("aria-current");
    });
  }

  refresh();
  return { refresh, mark };
}
