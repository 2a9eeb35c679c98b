// Reading aloud, sentence by sentence, with the voice that the device has.
import { say } from "./dom.js";

export const canSpeak = "speechSynthesis" in window && "SpeechSynthesisUtterance" in window;
const LONGEST = 60;
let stop = null;

/** Cut lines into what is said in one breath: at the ends of sentences, long ones at commas, too. */
export function sentences(lines) {
  const out = [];
  lines.forEach((line) =>
    (line.match(/[^。！？；\n]+[。！？；]?[”」』）]*/g) || []).forEach((sentence) => {
      if (sentence.length <= LONGEST) out.push(sentence.trim());
      else (sentence.match(/[^，、：]+[，、：]?/g) || []).forEach((piece) => out.push(piece.trim()));
    }),
  );
  return out.filter((piece) => /[\u4e00-\u9fff\w]/.test(piece));
}

// 12348 is said figure by figure, not as twelve thousand
const spoken = (text) => text.replace(/(^|\D)(110|119|120|122|123\d{2})(?![\d元万天日])/g, (_, before, number) => `${before}${number.split("").join(" ")}`);

/** Read `lines` aloud, or stop where they are being read; `onchange(speaking)` tells the button what to show. */
export function toggleSpeech(lines, onchange) {
  const running = stop;
  if (stop) stop();
  if (running && running.lines === lines) return;
  const queue = sentences(lines);
  let going = true;
  const end = () => {
    if (!going) return;
    going = false;
    stop = null;
    onchange(false);
  };
  const next = () => {
    if (!going) return;
    if (!queue.length) {
      end();
      return;
    }
    const speech = new SpeechSynthesisUtterance(spoken(queue.shift()));
    speech.lang = "zh-CN";
    speech.rate = 0.9;
    speech.onend = next;
    speech.onerror = (event) => {
      if (event.error !== "interrupted" && event.error !== "canceled") say("这台设备没有中文朗读");
      end();
    };
    // some browsers drop an utterance that nothing refers to, and its onend with it
    toggleSpeech.current = speech;
    speechSynthesis.speak(speech);
  };
  stop = () => {
    end();
    speechSynthesis.cancel();
  };
  stop.lines = lines;
  onchange(true);
  next();
}

/** Nobody is to be read to from a page that they left. */
if (canSpeak) window.addEventListener("pagehide", () => speechSynthesis.cancel());
