// A job that goes on while it is looked at.

/** The job's events until it ends; goes on after a break. */
async function follow(id, signal) {
  while (!signal.aborted) {
    let text = "";
    try {
      const answer = await request(`/v1/jobs/${id}/events`, {signal, headers: {"Last-Event-ID": shown.seen}});
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
  const {event, id, data} = Object.fromEntries(lines);
  if (!data) return false;
  if (id) shown.seen = id;
  const told = JSON.parse(data);
  if (event === "item") {
    const wanted = told.warnings?.length || !$("only-warned").checked;
    if (told.state === "done" && wanted && $("more-masks").hidden && gallery.items.length < pageSize) addTile(told);
    if (told.state === "failed" && $("more-failures").hidden) addFailure(told);
    $("no-failures").hidden = $("failures").children.length > 0;
  } else if (told) {
    showJob(told);
  } else {
    notice("This job is no longer there.");
  }
  if (event === "end") listJobs().catch(() => {});
  return event === "end";
}
