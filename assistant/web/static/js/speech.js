// Reading aloud, with the voice the phone has.
import { say } from "./dom.js";

export const canSpeak = "speechSynthesis" in window;
let current = null;

/** Start or stop reading; `onchange(speaking)` tells the button what to show. */
export function toggleSpeech(text, onchange) {
  const same = current && current.text === text;
  speechSynthesis.cancel();
  if (current) current.onchange(false);
  current = null;
  if (same) return;
  const speech = new SpeechSynthesisUtterance(text);
  speech.lang = "zh-CN";
  speech.rate = 0.9;
  current = { text, onchange };
  const done = () => {
    if (current && current.text === text) current = null;
    onchange(false);
  };
  speech.onend = done;
  speech.onerror = (event) => {
    if (event.error !== "interrupted" && event.error !== "canceled") say("这台设备没有中文朗读");
    done();
  };
  onchange(true);
  speechSynthesis.speak(speech);
}
