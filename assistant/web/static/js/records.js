// Case records: the list, the form with its preview, and opening one record.
import { $, empty, failure, fill, h, loading, say } from "./dom.js";
import { get, patch, post, query } from "./api.js";
import { paged } from "./paged.js";
import { showRecord, texts, replacements } from "./record.js";

const LONG = ["name", "facts", "focus", "handling", "result", "gist", "basis", "relation"];
const CHOSEN = ["dispute_type", "outcome", "kept", "opened", "closed", "claim", "settled"];
const list = $("#list");
const form = $("#form");
const preview = $("#preview");
const place = $("#record");
const note = $("#form-state");
const mayWrite = Boolean($(".bureau").dataset.mayWrite);
let open = "";
// version of the record that is being changed; 0 while a new one is written
let version = 0;

const words = (text) => text.split(/[\s、，,]+/).filter(Boolean);

function entry(record) {
  return h(
    "li",
    { "data-id": record.id },
    h("a", { href: `/records?id=${record.id}`, "aria-current": record.id === open ? "true" : null }, record.case.name),
    h(
      "p",
      { class: "meta" },
      h("span", null, record.village_name),
      h("span", null, record.case.dispute_type),
      h("span", null, record.erasing ? "没有删完" : record.created_at.slice(0, 10)),
    ),
  );
}

const refresh = paged({
  list,
  load: (offset, limit) => get(`/records${query({ offset, limit })}`),
  entry,
  nothing: () => empty("还没有案件记录", mayWrite ? "点“录入”，写第一份。" : ""),
  waiting: "正在取记录",
  kind: "drafts",
});

/** What the form says, texts and all. */
function written() {
  const data = {};
  LONG.forEach((name) => {
    data[name] = form.elements[name].value.trim();
  });
  data.keywords = words(form.elements.keywords.value);
  data.also = words(form.elements.also.value);
  return data;
}

function chosen() {
  const data = {};
  CHOSEN.forEach((name) => {
    const value = form.elements[name].value;
    if (name === "claim" || name === "settled") data[name] = value === "" ? null : Number(value);
    else data[name] = value || null;
  });
  return data;
}

async function save() {
  fill(note, loading("正在保存"));
  try {
    const data = { ...written(), ...chosen() };
    const saved = version
      ? await patch(`/records/${encodeURIComponent(open)}`, { ...data, version }, { whole: true })
      : await post("/records", { ...data, village: form.elements.village.value });
    fill(note);
    say("保存好了，原文已经封存");
    go(saved.id);
    refresh();
  } catch (error) {
    fill(note, failure(error));
  }
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  fill(preview);
  fill(note, loading("正在隐去个人信息"));
  try {
    const shown = await post("/records/preview", written());
    fill(note);
    fill(
      preview,
      h(
        "section",
        { class: "preview stack" },
        h("h3", null, "存进检索的是这样的"),
        texts(shown.texts),
        replacements(shown.replaced),
        h("p", { class: "note warn" }, "请逐字看一遍。还露着姓名、绰号、小地名的，写进上面“还有要隐去的姓名”，再看一次。"),
        h("p", { class: "row" }, h("button", { type: "button", class: "button primary", id: "save", onclick: save }, "没有问题，保存")),
      ),
    );
    $(".preview", preview).scrollIntoView({ block: "nearest" });
  } catch (error) {
    fill(note, failure(error));
  }
});
// what was looked at must be what is saved
form.addEventListener("input", () => fill(preview));

function write(original) {
  form.reset();
  fill(preview);
  fill(note);
  fill(place);
  version = original ? original.version : 0;
  $("#form-title").textContent = original ? "修改案件记录" : "录入案件记录";
  $("#village-field").hidden = Boolean(original);
  if (original) {
    LONG.forEach((name) => {
      form.elements[name].value = original.texts[name];
    });
    CHOSEN.forEach((name) => {
      const value = original.case[name];
      form.elements[name].value = value === null || value === undefined ? "" : String(value);
    });
    form.elements.keywords.value = original.texts.keywords.join(" ");
    form.elements.also.value = original.also.join(" ");
  }
  form.hidden = false;
  form.elements.name.focus();
}

async function show(id) {
  open = id;
  form.hidden = true;
  form.reset();
  fill(preview);
  fill(place, loading("正在打开记录"));
  list.querySelectorAll("a").forEach((a) => {
    if (a.parentNode.dataset.id === id) a.setAttribute("aria-current", "true");
    else a.removeAttribute("aria-current");
  });
  try {
    const record = await get(`/records/${encodeURIComponent(id)}`);
    // another one was opened meanwhile
    if (open !== id) return;
    showRecord(place, record, {
      edit: write,
      erased: () => {
        history.pushState(null, "", "/records");
        open = "";
        fill(place, h("p", { class: "note" }, "已经删除，检索里也找不到了。"));
        refresh();
      },
    });
  } catch (error) {
    if (open === id) fill(place, failure(error, () => show(id)));
  }
}

function go(id) {
  history.pushState(null, "", id ? `/records?id=${id}` : "/records");
  start();
}

function start() {
  const id = new URLSearchParams(location.search).get("id");
  if (id) {
    show(id);
    return;
  }
  open = "";
  form.hidden = true;
  fill(place, h("p", { class: "meta" }, mayWrite ? "点一份记录来看，或者录入一份。" : "点一份记录来看。"));
}

list.addEventListener("click", (event) => {
  const link = event.target.closest("a");
  if (!link || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  go(link.parentNode.dataset.id);
  $("#desk").focus({ preventScroll: true });
  if (!window.matchMedia("(min-width: 64rem)").matches) $("#desk").scrollIntoView();
});
if (mayWrite) {
  $("#new").addEventListener("click", () => {
    history.pushState(null, "", "/records");
    open = "";
    write(null);
    $("#desk").scrollIntoView({ block: "nearest" });
  });
}
$("#cancel").addEventListener("click", () => {
  form.reset();
  start();
});
window.addEventListener("popstate", start);
start();
refresh();
// pressed before this line it would do nothing
if (mayWrite) $("#new").disabled = false;
