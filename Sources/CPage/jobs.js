// Data sets: the list of jobs, and the one that is looked at.

/** `seen`: id of the last event. */
const shown = {job: null, stop: null, seen: ""};
const stateNames = {done_with_failures: "done, with failures"};
const pageSize = 24;

const stateOf = job => stateNames[job.state] ?? job.state;
const duration = seconds => seconds < 60 ? `${Math.ceil(seconds)} s`
  : seconds < 3600 ? `${Math.ceil(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;

async function listJobs(cursor = "") {
  const {jobs, next_cursor: next} = await (await request(`/v1/jobs?limit=20${cursor && `&cursor=${cursor}`}`)).json();
  const entries = jobs.map(job => {
    const {total, done, failed} = job.counts;
    const button = element("button", {type: "button"},
      element("strong", {textContent: job.name || job.id.slice(0, 12)}), " ",
      element("span", {className: "quiet", textContent: `${stateOf(job)}: ${done} of ${total} done${failed ? `, ${failed} failed` : ""}`}));
    button.dataset.job = job.id;
    button.addEventListener("click", guarded(() => openJob(job.id)));
    return element("li", {}, button);
  });
  if (cursor) $("job-list").append(...entries); else $("job-list").replaceChildren(...entries);
  markJob();
  $("no-jobs").hidden = $("job-list").children.length > 0;
  $("more-jobs").hidden = !next;
  $("more-jobs").onclick = guarded(() => listJobs(next));
}

function markJob() {
  for (const button of document.querySelectorAll("#job-list button"))
    button.dataset.job === shown.job ? button.setAttribute("aria-current", "true") : button.removeAttribute("aria-current");
}

/** Nothing of a job that is no longer followed is shown. */
function closeJob() {
  shown.stop?.abort();
  shown.job = null;
  $("job").hidden = true;
  markJob();
}

async function openJob(id) {
  if (id !== shown.job) closeJob();
  shown.stop?.abort();
  Object.assign(shown, {job: id, stop: new AbortController(), seen: ""});
  const {signal} = shown.stop;
  markJob();
  const job = await (await request(`/v1/jobs/${id}`, {signal})).json();
  clearGallery();
  $("failures").replaceChildren();
  showJob(job);
  $("job").hidden = false;
  $("job-name").focus();
  await Promise.all([moreMasks(), moreItems("state=failed", addFailure, "more-failures")]);
  if (!job.finished_at) follow(id, signal).catch(error => { if (error.name !== "AbortError") notice(error.message); });
}

function figuresOf(job) {
  const {total, done, failed, waiting_for_image: waiting} = job.counts;
  const {metrics = {}} = job;
  return [
    ["Done", "done", `${done} of ${total}`], ["Failed", "failed", failed], ["Wait for their image", "waiting", waiting],
    ["Images per second", "rate", job.images_per_second?.toFixed(1)],
    ["Time left", "left", job.eta_seconds > 0 && duration(job.eta_seconds)],
    ["Mean inside", "job-posterior", metrics.mean_posterior !== undefined && percent(metrics.mean_posterior)],
    ["Mean area", "job-area", metrics.mean_area_share !== undefined && percent(metrics.mean_area_share)],
  ].filter(([, , value]) => value);
}

function showJob(job) {
  $("job-name").textContent = job.name || job.id;
  $("job-progress").max = job.counts.total || 1;
  $("job-progress").value = job.counts.done + job.counts.failed + job.counts.cancelled;
  $("job-state").textContent = `${stateOf(job)}${job.problem ? `: ${job.problem}` : ""}`;
  keepingFocus($("job-facts"), () => fillFacts($("job-facts"), figuresOf(job)));
  keepingFocus($("job-commands"), () => $("job-commands").replaceChildren(...commandsOf(job)));
}

/** Whoever holds one of the buttons that are made anew goes on holding it. */
function keepingFocus(parent, fill) {
  const held = parent.contains(document.activeElement) ? document.activeElement.textContent : null;
  fill();
  if (held) [...parent.querySelectorAll("button")].find(button => button.textContent === held)?.focus();
}

function commandsOf(job) {
  const buttons = [];
  const add = (text, action) => {
    const button = element("button", {type: "button", textContent: text});
    button.addEventListener("click", guarded(action));
    buttons.push(button);
  };
  const command = (text, name, method) => add(text, async () => {
    await request(`/v1/jobs/${job.id}${name}`, {method});
    await openJob(job.id);
  });
  const download = (text, fields, ending) => add(text, async () =>
    save(await (await request(job.links.result + fields)).blob(), `${job.name || job.id}${ending}`));
  const goesOn = !job.finished_at;
  if (goesOn && job.state !== "paused") command("Pause", "/pause", "POST");
  if (job.state === "paused") command("Resume", "/resume", "POST");
  if (job.counts.failed) command("Retry failures", "/retry", "POST");
  if (goesOn) command("Cancel", "", "DELETE");
  download("Masks (tar)", "", ".tar");
  download("COCO JSON", "?format=coco", ".json");
  return buttons;
}

const masksFilter = () => `state=done${$("only-warned").checked ? "&warning=any" : ""}`;
const moreMasks = () => moreItems(masksFilter(), addTile, "more-masks");

$("only-warned").addEventListener("change", guarded(() => { clearGallery(); return moreMasks(); }));

/** Appends a page of the job's items. @param filter a part of the query */
async function moreItems(filter, add, button, cursor = "") {
  const id = shown.job;
  const path = `/v1/jobs/${id}/items?${filter}&limit=${pageSize}${cursor && `&cursor=${cursor}`}`;
  const {items, next_cursor: next} = await (await request(path)).json();
  if (id !== shown.job || add === addTile && filter !== masksFilter()) return;
  items.forEach(add);
  $("no-failures").hidden = $("failures").children.length > 0;
  $(button).hidden = !next;
  $(button).onclick = guarded(() => moreItems(filter, add, button, next));
}

function addFailure(item) {
  if ([...$("failures").children].some(entry => entry.dataset.position === String(item.position))) return;
  const entry = element("li", {}, element("strong", {textContent: item.name}), `: ${item.reason ?? "no reason given"}`);
  entry.dataset.position = item.position;
  $("failures").append(entry);
}
