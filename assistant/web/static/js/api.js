// The one way to the service. Every failure becomes a Failure with a plain Chinese message and hint.
import { read } from "./store.js";

export class Failure extends Error {
  constructor(code, message, hint) {
    super(message);
    this.code = code;
    this.hint = hint || "";
  }
}

function headers() {
  const name = read("user");
  const csrf = document.querySelector("meta[name=csrf]");
  return {
    ...(name ? { "X-Fengqiao-User": encodeURIComponent(name) } : {}),
    ...(csrf ? { "X-CSRF-Token": csrf.content } : {}),
  };
}

async function send(method, path, options = {}) {
  let response;
  try {
    response = await fetch(`/api/v1${path}`, {
      method,
      headers: { Accept: "application/json", ...headers(), ...(options.headers || {}) },
      body: options.body,
      signal: options.signal,
    });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Failure("offline", "连不上服务", "请看看网络是否通着；服务若刚重启，过一会儿再试。");
  }
  if (response.ok) return response;
  let body = {};
  try {
    body = (await response.json()).error || {};
  } catch (error) {
    /* not our error shape, e.g. a proxy in between */
  }
  throw new Failure(
    body.code || `http_${response.status}`,
    body.message || "服务出了错，这一步没有做成",
    body.hint || "内容还在，过一会儿再试；总是这样，请告诉管理员。",
  );
}

export const get = async (path, options) => (await send("GET", path, options)).json();
export const blob = async (path, options) => (await send("GET", path, options)).blob();

/** `whole`: send empty values, too, where they mean that something was emptied. */
async function withJson(method, path, data, { whole, ...options } = {}) {
  const clean = {};
  Object.entries(data || {}).forEach(([key, value]) => {
    if (whole || (value !== "" && value !== null && value !== undefined)) clean[key] = value;
  });
  return send(method, path, {
    ...options,
    headers: { "Content-Type": "application/json", ...(options.headers || {}) },
    body: JSON.stringify(clean),
  });
}

export const post = async (path, data, options) => (await withJson("POST", path, data, options)).json();
/** The response itself, for answers that come bit by bit. */
export const postForStream = (path, data, options) =>
  withJson("POST", path, data, { ...options, headers: { Accept: "text/event-stream" } });
export const patch = async (path, data, options) => (await withJson("PATCH", path, data, options)).json();

export async function remove(path) {
  const response = await send("DELETE", path);
  return response.status === 204 ? null : response.json();
}

/** Send a file with some fields beside it. */
export async function postForm(path, file, fields) {
  const form = new FormData();
  Object.entries(fields || {}).forEach(([key, value]) => {
    if (value) form.append(key, value);
  });
  form.append("file", file);
  return (await send("POST", path, { body: form })).json();
}

/** A query string of the values that are not empty. */
export function query(values) {
  const search = new URLSearchParams();
  Object.entries(values).forEach(([key, value]) => {
    if (value !== "" && value !== null && value !== undefined) search.set(key, value);
  });
  const text = search.toString();
  return text ? `?${text}` : "";
}

/** Page that resolves any way of writing a citation and opens the reader there. */
export const citePage = (address, on) => `/cite${query({ text: address, on })}`;
