// The chat page: asks, stops, asks again, and goes on with an earlier talk.
import { $, $$ } from "./dom.js";
import { handOver } from "./chat-handover.js";
import { startHistory } from "./chat-history.js";
import { ask as askService } from "./chat-stream.js";
import { makeTurn } from "./chat-turn.js";

const list = $("#turns");
const form = $("#ask");
const box = $("#question");
const send = $("#send");
const stop = $("#stop");
const more = $("#talk-tools");
const opening = $("#opening");
const touch = window.matchMedia("(pointer: coarse)").matches;
let conversation = "";
let turns = [];
let running = null;

const desk = { ask, fillIn, again };
const past = startHistory({ open, fresh });

const announce = (text) => {
  $("#live").textContent = text;
};

function busy(on) {
  send.hidden = on;
  stop.hidden = !on;
}

function place(turn) {
  $$(".latest", list).forEach((node) => node.classList.remove("latest"));
  turn.node.classList.add("latest");
  list.append(turn.node);
  turns.push(turn);
  opening.hidden = true;
  more.hidden = false;
}

async function ask(question) {
  if (running) return;
  const at = { on: $("#on").value, village: $("#village").value };
  const turn = makeTurn(question, desk, at);
  place(turn);
  turn.node.scrollIntoView({ block: "start" });
  const control = new AbortController();
  running = { turn, control };
  busy(true);
  announce("正在查");
  const heard = {
    start(meta) {
      conversation = meta.conversation_id || conversation;
      turn.start(meta);
    },
    block: turn.block,
    withdrawn: turn.withdrawn,
  };
  try {
    const answer = await askService({ question, ...at, conversation_id: conversation }, heard, control.signal);
    conversation = answer.conversation_id || conversation;
    turn.turnId = answer.turn_id || turn.turnId;
    turn.done(answer);
    announce("答完了");
  } catch (error) {
    // a talk that was started afresh meanwhile has no place for it
    if (error.name === "AbortError") turn.stopped();
    else turn.failed(error);
  }
  if (running && running.turn === turn) {
    running = null;
    busy(false);
  }
  if (turns.includes(turn)) past.refresh().then(() => past.mark(conversation));
}

function halt() {
  if (!running) return;
  running.control.abort();
  running = null;
  busy(false);
  announce("停下了");
  box.focus({ preventScroll: true });
}

function again(turn) {
  if (running) return;
  turns = turns.filter((other) => other !== turn);
  turn.node.remove();
  ask(turn.question);
}

/** Put words into the box, to be finished there. */
function fillIn(text) {
  box.value = [box.value.trim(), text].filter(Boolean).join("\n");
  grow();
  box.focus();
  box.setSelectionRange(box.value.length, box.value.length);
}

function clear() {
  halt();
  conversation = "";
  turns.forEach((turn) => turn.node.remove());
  turns = [];
}

function fresh() {
  clear();
  opening.hidden = false;
  more.hidden = true;
  past.mark("");
  box.focus();
}

/** Show a talk that was kept, and go on with it. */
function open(chat) {
  clear();
  conversation = chat.id;
  chat.turns.forEach(({ turn_id: id, question, response }) => {
    const turn = makeTurn(question, desk, { on: response.on, village: "" });
    turn.turnId = id;
    turn.done(response);
    place(turn);
  });
  past.mark(chat.id);
  const last = turns[turns.length - 1];
  if (last) {
    last.node.scrollIntoView({ block: "start" });
    last.node.focus({ preventScroll: true });
  }
}

function grow() {
  box.rows = 1;
  while (box.scrollHeight > box.clientHeight && box.rows < 6) box.rows += 1;
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const question = box.value.trim();
  if (!question || running) return;
  box.value = "";
  grow();
  if (touch) box.blur(); // puts the keyboard away, so that the answer is seen
  ask(question);
});
box.addEventListener("keydown", (event) => {
  // Enter sends; an input method's own Enter must not
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    form.dispatchEvent(new Event("submit", { cancelable: true }));
  }
});
box.addEventListener("input", grow);
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && running && !$(".sheet")) halt();
});
stop.addEventListener("click", halt);
$$("[data-ask]").forEach((node) => node.addEventListener("click", () => ask(node.dataset.ask)));
$("#fresh").addEventListener("click", fresh);
const hand = $("#hand-over");
if (hand) hand.addEventListener("click", () => handOver(turns, $("#village").value || hand.dataset.own));
const given = new URLSearchParams(location.search).get("q");
if (given) ask(given);
