// One image: from the file to its mask.

function query() {
  const fields = new URLSearchParams();
  // One field a class: no name is taken apart. An empty one says that there is none.
  for (const name of $("no-class").checked ? [""] : ticked()) fields.append("labels", name);
  for (const id of ["refinement", "background", "certainty", "minimum_area", "scales"]) {
    const value = $(id).value.trim();
    if (value) fields.set(id, value);
  }
  if (!$("flip").checked) fields.set("flip", "false");
  if ($("drop_small").checked) fields.set("drop_small", "true");
  return fields.size ? `?${fields}` : "";
}

/** What was found, in a sentence or two. */
function summary(made) {
  if (nothingFound(made)) return nothingFound(made);
  const names = found => made.classes.filter(entry => (entry.area_share > 0) === found).map(entry => entry.name).join(", ");
  return `Found: ${names(true)}.${names(false) && ` Nothing found of: ${names(false)}.`}`;
}

async function makeMask() {
  const {file, picture} = work;
  work.stop = new AbortController();
  const {signal} = work.stop;
  const tell = text => { if (!signal.aborted) $("status").textContent = text; };
  $("submit").disabled = true;
  tell("Working …");
  try {
    // The type is the service's to find out; it tells images apart by their bytes.
    const types = $("file").accept.split(",");
    const type = types.includes(file.type) ? file.type : types[0];
    const answer = await patientRequest(
      `/v1/masks${query()}`, {method: "POST", body: file, headers: {"Content-Type": type}, signal}, tell);
    const made = await answer.json();
    const drawable = await picture;
    // Another image was chosen meanwhile.
    signal.throwIfAborted();
    show(made, drawable);
    tell(`Done. ${summary(made)}`);
    reveal($("result"));
  } catch (error) {
    if (!signal.aborted) clearResult();
    tell("");
    throw error;
  } finally {
    if (!signal.aborted) $("submit").disabled = false;
  }
}

$("form").addEventListener("submit", guarded(event => { event.preventDefault(); return makeMask(); }));
