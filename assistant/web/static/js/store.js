// What the browser remembers for a person; every call survives storage being switched off.
const PREFIX = "fengqiao.";

export function read(key, fallback = "") {
  try {
    const value = localStorage.getItem(PREFIX + key);
    return value === null ? fallback : value;
  } catch (error) {
    return fallback;
  }
}

export function write(key, value) {
  try {
    if (value === "") localStorage.removeItem(PREFIX + key);
    else localStorage.setItem(PREFIX + key, value);
  } catch (error) {
    /* nothing is lost but the convenience */
  }
}
