// Asking: the answer comes as events, part by part; where the service has no stream, as one piece.
import { Failure, post, postForStream } from "./api.js";

let streams = true;

/** Return a function that takes text as it comes and calls `onevent(name, data)` for each whole event in it. */
export function eventReader(onevent) {
  let rest = "";
  return (text) => {
    const events = (rest + text).split(/\r?\n\r?\n/);
    rest = events.pop();
    events.forEach((event) => {
      let name = "message";
      const data = [];
      event.split(/\r?\n/).forEach((line) => {
        if (line.startsWith("event:")) name = line.slice(6).trim();
        else if (line.startsWith("data:")) data.push(line.slice(5).replace(/^ /, ""));
      });
      if (data.length) onevent(name, JSON.parse(data.join("\n")));
    });
  };
}

/**
 * Ask a question. `heard` has start(meta), block(block) and withdrawn(), called as they come.
 * Returns the whole answer; throws a Failure, or an AbortError once `signal` says stop.
 */
export async function ask(request, heard, signal) {
  if (!streams) return post("/ask", request, { signal });
  let response;
  try {
    response = await postForStream("/ask/stream", request, { signal });
  } catch (error) {
    if (error.code !== "not_found") throw error;
    streams = false;
    return post("/ask", request, { signal });
  }
  let answer = null;
  const read = eventReader((name, data) => {
    if (name === "start") heard.start(data);
    else if (name === "block") heard.block(data);
    else if (name === "withdrawn") heard.withdrawn();
    else if (name === "done") answer = data;
    else if (name === "error") {
      const { code, message, hint } = data.error || {};
      throw new Failure(code || "cut_off", message || "服务出了错，没有答完", hint || "请再问一次。");
    }
  });
  await pump(response, read, () => answer);
  if (!answer) throw new Failure("cut_off", "答到一半断了", "请看看网络是否通着，再问一次。");
  return answer;
}

/** Read on until the stream ends or `complete()`: some proxies keep a finished line open. */
async function pump(response, read, complete) {
  const decoder = new TextDecoder();
  if (!response.body || !response.body.getReader) {
    read(await response.text());
    return;
  }
  const reader = response.body.getReader();
  try {
    while (!complete()) {
      const { done, value } = await reader.read();
      if (done) break;
      read(decoder.decode(value, { stream: true }));
    }
  } catch (error) {
    if (error.name === "AbortError" || error instanceof Failure) throw error;
    throw new Failure("offline", "答到一半断了", "请看看网络是否通着，再问一次。");
  } finally {
    reader.cancel().catch(() => {});
  }
}
