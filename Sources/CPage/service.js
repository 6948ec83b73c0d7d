"use strict";
// The service's answers. Everything that it says is put into the page as text, never as markup.

const $ = id => document.getElementById(id);

/** An element with properties and children. */
function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

/** What the service refused: its problem document in words. */
class Refusal extends Error {
  constructor(status, problem, retryAfter) {
    const fields = (problem.errors ?? []).map(error => `${error.field}: ${error.detail}`).join("; ");
    const detail = problem.detail ?? problem.title ?? `status ${status}`;
    super(fields && !detail.includes(fields) ? `${detail} (${fields})` : detail);
    this.status = status;
    this.retryAfter = retryAfter;
  }
}

const pause = seconds => new Promise(resolve => setTimeout(resolve, 1000 * seconds));

/** Scrolls what has just come into sight, unless its beginning is in sight already. */
function reveal(target) {
  const {top} = target.getBoundingClientRect();
  if (top >= 0 && top < innerHeight / 2) return;
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  target.scrollIntoView({behavior: calm ? "auto" : "smooth", block: "start"});
}

function notice(text) {
  $("notice").textContent = text;
  $("notice").hidden = !text;
  if (text) reveal($("notice"));
}

/** One request; asks for a token where one is needed. @throws Refusal, or a plain Error when there is no server. */
async function request(path, options = {}) {
  const headers = new Headers(options.headers);
  const token = storedToken();
  if (token) headers.set("Authorization", `Bearer ${token}`);
  let answer;
  try {
    answer = await fetch(path, {...options, headers});
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Error("The service cannot be reached. Is it running?");
  }
  if (answer.ok) return answer;
  if (answer.status === 401 && await replaceToken(token, answer)) return request(path, options);
  let problem = {};
  try { problem = await answer.json(); } catch { /* no document: the status has to do */ }
  if (answer.status === 401) problem = {detail: "A token that this service knows is needed; the Token button takes one."};
  throw new Refusal(answer.status, problem, Number(answer.headers.get("Retry-After")) || 0);
}

/** As `request`, and again while the service is busy. @param tell called with what is waited for. */
async function patientRequest(path, options, tell) {
  for (;;) {
    try {
      return await request(path, options);
    } catch (error) {
      if (!(error instanceof Refusal) || ![429, 503].includes(error.status)) throw error;
      for (let left = error.retryAfter || 2; left > 0; left--) {
        tell(`${error.message} Trying again in ${left} s.`);
        await pause(1);
        options.signal?.throwIfAborted();
      }
    }
  }
}

/** Lets the browser save bytes under a name. */
function save(blob, name) {
  const link = element("a", {href: URL.createObjectURL(blob), download: name});
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}

/** Runs what a button does; what goes wrong is said above the page. */
const guarded = action => async (...given) => {
  notice("");
  try { await action(...given); } catch (error) { if (error.name !== "AbortError") notice(error.message); }
};
