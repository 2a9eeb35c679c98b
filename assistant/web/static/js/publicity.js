// The publicity desk: lists by state, drafting, and opening a draft in the editor.
import { $, $$, chip, empty, failure, fill, h, loading, say } from "./dom.js";
import { get, post, query } from "./api.js";
import { paged } from "./paged.js";
import { read, write } from "./store.js";
import { openEditor } from "./editor.js";

const list = $("#list");
const create = $("#create");
const editor = $("#editor");
const user = $("#user");
let state = "draft";
let open = "";

// who acts: who is logged in; in the demo also a name typed once, kept in this browser
const signed = $("#who").dataset.signed || "";
user.value = signed || read("user");
$("#who").addEventListener("submit", (event) => {
  event.preventDefault();
  write("user", user.value.trim());
  say(user.value.trim() ? `记住了，您是${user.value.trim()}` : "已忘掉姓名");
  if (open) show(open);
});

export function named() {
  if (signed) return true;
  const name = user.value.trim();
  write("user", name);
  if (name) return true;
  user.focus();
  say("请先写上您的姓名");
  return false;
}

function entry(draft) {
  return h(
    "li",
    { "data-id": draft.id },
    h("a", { href: `/publicity?id=${draft.id}`, "aria-current": draft.id === open ? "true" : null }, draft.title || draft.question),
    h(
      "p",
      { class: "meta" },
      h("span", null, draft.format_label),
      h("span", null, draft.last_editor || draft.author),
      h("span", null, (draft.updated_at || "").slice(0, 10)),
      draft.problems.length > 0 && h("span", null, chip("failed", `${draft.problems.length} 处待改`)),
    ),
  );
}

/** A page of drafts in the state shown, as a paged list takes it; the tab says how many there are. */
async function load(offset, limit) {
  const shown = state;
  const page = await get(`/drafts${query({ status: shown, offset, limit })}`);
  $(`[data-count="${shown}"]`).textContent = page.total ? String(page.total) : "";
  const following = Number(offset) + page.drafts.length;
  return { items: page.drafts, next_offset: following < page.total ? following : null };
}

const refresh = paged({
  list,
  load,
  entry,
  nothing: () => empty("这里没有稿件", state === "draft" ? "点“起草”，从题目、法条或案例写起。" : ""),
  waiting: "正在取稿件",
  kind: "drafts",
});

async function tally() {
  await Promise.all(
    $$("[data-state]").map(async (tab) => {
      try {
        const page = await get(`/drafts${query({ status: tab.dataset.state, limit: 1 })}`);
        $(`[data-count="${tab.dataset.state}"]`).textContent = page.total ? String(page.total) : "";
      } catch (error) {
        /* the list itself says what is wrong */
      }
    }),
  );
}

function select(next) {
  state = next;
  $$("[data-state]").forEach((tab) => tab.setAttribute("aria-selected", String(tab.dataset.state === next)));
  return refresh();
}
$$("[data-state]").forEach((tab) => tab.addEventListener("click", () => select(tab.dataset.state)));

async function show(id) {
  open = id;
  create.hidden = true;
  editor.hidden = false;
  fill(editor, loading("正在打开稿件"));
  $$(".drafts a").forEach((a) => {
    if (a.parentNode.dataset.id === id) a.setAttribute("aria-current", "true");
    else a.removeAttribute("aria-current");
  });
  try {
    const draft = await get(`/drafts/${encodeURIComponent(id)}`);
    // another one was opened meanwhile
    if (open !== id) return;
    openEditor(editor, draft, { named, changed, reload: () => show(id) });
  } catch (error) {
    if (open === id) fill(editor, failure(error, () => show(id)));
  }
}

/** After a draft went on to another state: follow it there. */
function changed(draft) {
  tally();
  if (draft.status !== state) select(draft.status);
  else refresh();
}

list.addEventListener("click", (event) => {
  const link = event.target.closest("a");
  if (!link || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  history.pushState(null, "", link.getAttribute("href"));
  show(link.parentNode.dataset.id);
  $("#desk").focus({ preventScroll: true });
  if (!window.matchMedia("(min-width: 64rem)").matches) $("#desk").scrollIntoView();
});

function drafting() {
  open = "";
  editor.hidden = true;
  create.hidden = false;
}
$("#new").addEventListener("click", () => {
  history.pushState(null, "", "/publicity");
  drafting();
  $("#desk").scrollIntoView({ block: "nearest" });
  create.elements.topic.focus();
});

async function source(value) {
  $$("[data-for]", create).forEach((node) => {
    node.hidden = node.dataset.for !== value;
  });
  const cases = create.elements.case_id;
  if (value === "case_id" && cases.options.length < 2) {
    try {
      const page = await get("/cases?limit=200");
      page.items.forEach((c) => cases.append(h("option", { value: c.id }, `${c.name}（${c.dispute_type}）`)));
    } catch (error) {
      fill($("#create-state"), failure(error));
    }
  }
}
$$("input[name=from]", create).forEach((radio) => radio.addEventListener("change", () => source(radio.value)));

create.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (!named()) return;
  const from = create.elements.from.value;
  const value = create.elements[from].value.trim();
  const note = $("#create-state");
  if (!value) {
    fill(note, h("p", { class: "note bad" }, "还没有写从什么写起。"));
    create.elements[from].focus();
    return;
  }
  fill(note, loading("正在起草并核对引文"));
  try {
    const made = await post("/drafts", {
      [from]: value,
      format: create.elements.format.value,
      count: Number(create.elements.count.value) || 3,
    });
    fill(note, (made.notes || []).map((n) => h("p", { class: "note" }, n)));
    say(`起草了 ${made.drafts.length} 篇`);
    await select("draft");
    tally();
    history.pushState(null, "", `/publicity?id=${made.drafts[0].id}`);
    show(made.drafts[0].id);
  } catch (error) {
    fill(note, failure(error));
  }
});

async function start() {
  const search = new URLSearchParams(location.search);
  const id = search.get("id");
  if (id) show(id);
  else drafting();
  if (search.get("case")) {
    $("input[name=from][value=case_id]", create).checked = true;
    await source("case_id");
    create.elements.case_id.value = search.get("case");
  }
}
window.addEventListener("popstate", start);
start();
refresh();
tally();
