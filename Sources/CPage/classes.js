// The model's classes, of which those in the image can be ticked.

async function loadModel() {
  const {models} = await (await request("/v1/models")).json();
  const model = models.find(model => model.default) ?? models[0];
  $("model").textContent = `${model.name}, ${model.classes.length} classes`;
  $("labels").replaceChildren(...model.classes.map(name => element("label", {},
    element("input", {type: "checkbox", value: name, name: "label"}), element("span", {textContent: name}))));
  filterLabels();
  showTicked();
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
  const labels = [...$("labels").children];
  for (const label of labels) label.hidden = !label.textContent.toLowerCase().includes(wanted);
  const found = labels.filter(label => !label.hidden).length;
  $("matches").textContent = !wanted ? `${labels.length} classes` : found ? `${found} of ${labels.length} classes` : "No class has this in its name.";
}

/** Arrow keys, Home and End go through the classes in sight, so that 300 of them need no 300 Tabs. */
function moveAmongLabels(event) {
  const boxes = [...$("labels").children].filter(label => !label.hidden).map(label => label.firstChild);
  const place = boxes.indexOf(document.activeElement);
  const row = getComputedStyle($("labels")).gridTemplateColumns.split(" ").length;
  const target = {
    ArrowDown: place + row, ArrowUp: place - row, ArrowRight: place + 1, ArrowLeft: place - 1,
    Home: 0, End: boxes.length - 1,
  }[event.key];
  if (place < 0 || target === undefined) return;
  event.preventDefault();
  boxes[target]?.focus();
}

$("filter").addEventListener("input", filterLabels);
// Enter goes to the first class found; it does not send the form.
$("filter").addEventListener("keydown", event => {
  if (event.key !== "Enter") return;
  event.preventDefault();
  document.querySelector("#labels label:not([hidden]) input")?.focus();
});
$("labels").addEventListener("change", tickClass);
$("no-class").addEventListener("change", tickNoClass);
$("labels").addEventListener("keydown", moveAmongLabels);
