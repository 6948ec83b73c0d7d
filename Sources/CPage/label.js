// One picture: from the file to its mask.

/** Of the pipeline, in the order of the data. */
const stages = ["decode", "network", "cam", "refinement", "mask", "encoding"];
const work = {file: null, picture: null, document: null, masks: []};

async function loadModel() {
  const {models} = await (await request("/v1/models")).json();
  const model = models.find(model => model.default) ?? models[0];
  $("model").textContent = `${model.name}, ${model.classes.length} classes`;
  $("labels").replaceChildren(...model.classes.map(name => element("label", {},
    element("input", {type: "checkbox", value: name, name: "label"}), element("span", {textContent: name}))));
}

const ticked = () => [...document.querySelectorAll("#labels input:checked")].map(box => box.value);

function showTicked() {
  const names = ticked();
  const nothing = $("no-class").checked ? "None of them: the mask is background." : "None ticked: the classifier decides.";
  $("chosen").textContent = names.length ? names.join(", ") : nothing;
}

/** A class, and none of them, exclude each other. */
function tickClass() {
  if (ticked().length) $("no-class").checked = false;
  showTicked();
}

function tickNoClass() {
  if ($("no-class").checked) for (const box of document.querySelectorAll("#labels input:checked")) box.checked = false;
  showTicked();
}

function filterLabels() {
  const wanted = $("filter").value.trim().toLowerCase();
  for (const label of $("labels").children) label.hidden = !label.textContent.toLowerCase().includes(wanted);
}

/** Takes a file; whether it is a picture says the service, whose decoder decides. */
function choose(file) {
  if (!file) return;
  work.file = file;
  $("file-name").textContent = `${file.name || "pasted picture"}, ${Math.ceil(file.size / 1024)} KiB`;
  $("submit").disabled = false;
}

function query() {
  const fields = new URLSearchParams();
  // One field a class: no name is taken apart. An empty one says that there is none.
  for (const name of $("no-class").checked ? [""] : ticked()) fields.append("labels", name);
  for (const id of ["refinement", "background", "certainty", "scales"]) {
    const value = $(id).value.trim();
    if (value) fields.set(id, value);
  }
  if (!$("flip").checked) fields.set("flip", "false");
  return fields.size ? `?${fields}` : "";
}

async function makeMask() {
  const tell = text => { $("status").textContent = text; };
  $("submit").disabled = true;
  tell("Working …");
  try {
    // The type is the service's to find out; it tells pictures apart by their bytes.
    const type = work.file.type === "image/jpeg" ? "image/jpeg" : "image/png";
    const answer = await patientRequest(
      `/v1/masks${query()}`, {method: "POST", body: work.file, headers: {"Content-Type": type}}, tell);
    work.document = await answer.json();
    work.picture = await createImageBitmap(work.file);
    show(work.document);
    tell(`Done: ${work.document.labels.join(", ") || "no class"}.`);
  } catch (error) {
    tell("");
    throw error;
  } finally {
    $("submit").disabled = false;
  }
}

function show(made) {
  $("result").hidden = false;
  Object.assign($("canvas"), {width: made.image.width, height: made.image.height});
  work.masks = made.classes.map(entry => ({value: entry.index, mask: decodeRuns(entry.segmentation), shown: true}));
  $("classes").replaceChildren(...made.classes.map((entry, index) => {
    const toggle = element("input", {type: "checkbox", checked: true, ariaLabel: `Show ${entry.name}`});
    toggle.addEventListener("change", () => { work.masks[index].shown = toggle.checked; redraw(); });
    const swatch = element("span", {className: "swatch"});
    swatch.style.background = `rgb(${colour(entry.index)})`;
    return element("tr", {}, element("td", {}, toggle), element("td", {}, swatch, entry.name),
      ...[percent(entry.posterior), percent(entry.area_share), percent(entry.mean_posterior), entry.boxes.length]
        .map(text => element("td", {textContent: text})));
  }));
  const milliseconds = 1000 * Object.values(made.timings).reduce((sum, seconds) => sum + seconds, 0);
  const facts = {
    "Labels": made.label_source === "given" ? "given by you" : "predicted by the classifier",
    "Size": `${made.image.width} × ${made.image.height}`,
    "Time": made.cached ? "from the store" : `${milliseconds.toFixed(0)} ms`,
    "Stages": Object.entries(made.timings).sort(([a], [b]) => stages.indexOf(a) - stages.indexOf(b)).map(([stage, seconds]) => `${stage} ${(1000 * seconds).toFixed(0)}`).join(", ") + " ms",
    "Model": `${made.model.name ?? "not served now"} (${made.model.digest.slice(0, 12)})`,
    "Mask": made.id,
  };
  $("facts").replaceChildren(...Object.entries(facts).flatMap(([name, value]) =>
    [element("dt", {textContent: name}), element("dd", {textContent: value})]));
  $("canvas").ariaLabel = `The picture with its mask: ${made.labels.join(", ") || "no class"}`;
  redraw();
}

function redraw() {
  if (work.picture) draw(
    $("canvas"), work.picture, work.masks.filter(mask => mask.shown), $("opacity").value / 100, $("outline").checked);
}

async function saveAs(link, ending) {
  const answer = await request(link);
  save(await answer.blob(), `${(work.file.name || "picture").replace(/\.[^.]*$/, "")}${ending}`);
}

$("file").addEventListener("change", () => choose($("file").files[0]));
for (const kind of ["dragenter", "dragover"]) addEventListener(kind, event => {
  event.preventDefault();
  $("drop").classList.add("over");
});
for (const kind of ["dragleave", "drop"]) addEventListener(kind, () => $("drop").classList.remove("over"));
addEventListener("drop", event => { event.preventDefault(); choose(event.dataTransfer.files[0]); });
addEventListener("paste", event => choose([...event.clipboardData.files][0]));
$("filter").addEventListener("input", filterLabels);
$("labels").addEventListener("change", tickClass);
$("no-class").addEventListener("change", tickNoClass);
$("opacity").addEventListener("input", redraw);
$("outline").addEventListener("change", redraw);
$("form").addEventListener("submit", guarded(event => { event.preventDefault(); return makeMask(); }));
$("save-mask").addEventListener("click", guarded(() => saveAs(work.document.links.mask, ".png")));
$("save-overlay").addEventListener("click", guarded(() => saveAs(work.document.links.overlay, "-overlay.png")));
$("save-json").addEventListener("click", guarded(() => saveAs(work.document.links.self, ".json")));
