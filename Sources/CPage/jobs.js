// Data sets: what goes on, what failed and why, and the masks so far.

const shown = {job: null, stop: null, cursors: {}};
const stateNames = {done_with_failures: "done, with failures"};
const page = 24;

const stateOf = job => stateNames[job.state] ?? job.state;
const summaryOf = job => {
  const {total, done, failed, waiting_for_image: waiting} = job.counts;
  const parts = [`${done} of ${total} done`];
  if (failed) parts.push(`${failed} failed`);
  if (waiting) parts.push(`${waiting} wait for their picture`);
  if (job.images_per_second) parts.push(`${job.images_per_second.toFixed(1)} pictures/s`);
  if (job.eta_seconds > 0) parts.push(`${duration(job.eta_seconds)} left`);
  return parts.join(", ");
};
const duration = seconds => seconds < 60 ? `${Math.ceil(seconds)} s`
  : seconds < 3600 ? `${Math.ceil(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;

async function listJobs(cursor = "") {
  const {jobs, next_cursor: next} = await (await request(`/v1/jobs?limit=20${cursor && `&cursor=${cursor}`}`)).json();
  const entries = jobs.map(job => {
    const button = element("button", {type: "button"},
      element("strong", {textContent: job.name || job.id.slice(0, 12)}), " ",
      element("span", {className: "quiet", textContent: `${stateOf(job)}: ${summaryOf(job)}`}));
    button.dataset.job = job.id;
    button.addEventListener("click", guarded(() => openJob(job.id)));
    return element("li", {}, button);
  });
  if (cursor) $("job-list").append(...entries); else $("job-list").replaceChildren(...entries);
  $("no-jobs").hidden = $("job-list").children.length > 0;
  $("more-jobs").hidden = !next;
  $("more-jobs").onclick = guarded(() => listJobs(next));
}

async function openJob(id) {
  shown.stop?.abort();
  shown.stop = new AbortController();
  shown.job = id;
  for (const button of document.querySelectorAll("#job-list button"))
    button.dataset.job === id ? button.setAttribute("aria-current", "true") : button.removeAttribute("aria-current");
  $("gallery").replaceChildren();
  $("failures").replaceChildren();
  const job = await (await request(`/v1/jobs/${id}`)).json();
  showJob(job);
  $("job").hidden = false;
  $("job-name").focus();
  await Promise.all([moreItems("done", "gallery", "more-masks", mask), moreItems("failed", "failures", "more-failures", failure)]);
  if (!job.finished_at) follow(id, shown.stop.signal).catch(error => { if (error.name !== "AbortError") notice(error.message); });
}

function showJob(job) {
  $("job-name").textContent = job.name || job.id;
  $("job-progress").max = job.counts.total || 1;
  $("job-progress").value = job.counts.done + job.counts.failed + job.counts.cancelled;
  $("job-state").textContent = `${stateOf(job)}: ${summaryOf(job)}${job.problem ? `. ${job.problem}` : ""}`;
  const buttons = [];
  const command = (name, text, options) => {
    const button = element("button", {type: "button", textContent: text});
    button.addEventListener("click", guarded(async () => {
      await request(`/v1/jobs/${job.id}${name}`, options);
      await openJob(job.id);
    }));
    buttons.push(button);
  };
  const goesOn = !job.finished_at;
  if (goesOn && job.state !== "paused") command("/pause", "Pause", {method: "POST"});
  if (job.state === "paused") command("/resume", "Resume", {method: "POST"});
  if (job.counts.failed) command("/retry", "Retry failures", {method: "POST"});
  if (goesOn) command("", "Cancel", {method: "DELETE"});
  for (const [text, ending] of [["Masks (tar)", ".tar"], ["COCO JSON", ".json"]]) {
    const button = element("button", {type: "button", textContent: text});
    button.addEventListener("click", guarded(async () => {
      const path = job.links.result + (ending === ".json" ? "?format=coco" : "");
      save(await (await request(path)).blob(), `${job.name || job.id}${ending}`);
    }));
    buttons.push(button);
  }
  // Whoever holds one of the buttons goes on holding it.
  const held = document.activeElement?.parentElement === $("job-commands") ? document.activeElement.textContent : null;
  $("job-commands").replaceChildren(...buttons);
  buttons.find(button => button.textContent === held)?.focus();
}

/** Appends a page of the job's items that ended so. */
async function moreItems(state, list, button, render, cursor = "") {
  const id = shown.job;
  const path = `/v1/jobs/${id}/items?state=${state}&limit=${page}${cursor && `&cursor=${cursor}`}`;
  const {items, cursor: last, next_cursor: next} = await (await request(path)).json();
  if (id !== shown.job) return;
  $(list).append(...items.map(render));
  shown.cursors[state] = last;
  $("no-failures").hidden = $("failures").children.length > 0;
  $(button).hidden = !next;
  $(button).onclick = guarded(() => moreItems(state, list, button, render, next));
}

const failure = item => element("li", {}, element("strong", {textContent: item.name}), `: ${item.reason ?? "no reason given"}`);

/** A thumbnail that is fetched when it comes into sight: with the token, which an address cannot carry. */
function mask(item) {
  const image = element("img", {alt: `Mask of ${item.name}`});
  const path = `/v1/masks/${item.mask}/overlay.png?width=480`;
  new IntersectionObserver(async (entries, observer) => {
    if (!entries.some(entry => entry.isIntersecting)) return;
    observer.disconnect();
    try {
      image.src = URL.createObjectURL(await (await request(path)).blob());
      image.onload = () => URL.revokeObjectURL(image.src);
    } catch (error) { image.alt = error.message; }
  }, {rootMargin: "200px"}).observe(image);
  return element("li", {}, image, element("span", {textContent: item.name}),
    element("span", {className: "quiet", textContent: item.labels ? ` ${item.labels.join(", ") || "no class"}` : ""}));
}

/** The job's events until it ends; goes on after a break. */
async function follow(id, signal) {
  while (!signal.aborted) {
    let text = "";
    try {
      const answer = await request(`/v1/jobs/${id}/events`, {signal, headers: {"Last-Event-ID": shown.cursors.seen ?? ""}});
      const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
      for (;;) {
        const {done, value} = await reader.read();
        if (done) break;
        text += value;
        const events = text.split("\n\n");
        text = events.pop();
        for (const event of events) if (take(event)) return;
      }
    } catch (error) {
      if (error.name === "AbortError" || error instanceof Refusal) throw error;
    }
    await pause(1);
  }
}

/** @returns whether it was the last. */
function take(text) {
  const lines = text.split("\n").map(line => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1).trim()]);
  const {event, data} = Object.fromEntries(lines);
  if (!data) return false;
  const told = JSON.parse(data);
  if (event === "item") {
    const known = name => [...$(name).querySelectorAll("strong, li > span:first-of-type")].some(part => part.textContent === told.name);
    if (told.state === "done" && $("more-masks").hidden && $("gallery").children.length < page && !known("gallery")) $("gallery").append(mask(told));
    if (told.state === "failed" && $("more-failures").hidden && !known("failures")) $("failures").append(failure(told));
    $("no-failures").hidden = $("failures").children.length > 0;
  } else {
    showJob(told);
  }
  if (event === "end") listJobs().catch(() => {});
  return event === "end";
}

function view(name) {
  for (const other of ["label", "jobs"]) {
    $(`view-${other}`).hidden = other !== name;
    other === name ? $(`tab-${other}`).setAttribute("aria-current", "page") : $(`tab-${other}`).removeAttribute("aria-current");
  }
  if (name === "jobs") return listJobs();
  shown.stop?.abort();
}

$("tab-label").addEventListener("click", guarded(() => view("label")));
$("tab-jobs").addEventListener("click", guarded(() => view("jobs")));
$("token-button").addEventListener("click", guarded(async () => { if (await askForToken()) await loadModel(); }));
guarded(loadModel)();
