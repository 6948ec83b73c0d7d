// The figures of a mask, as a table of its classes and a list of facts.

const percent = share => share === undefined ? "–" : `${(100 * share).toFixed(1)} %`;

/** Of the pipeline, in the order of the data. */
const stages = ["decode", "network", "cam", "refinement", "mask", "encoding"];

function className(entry) {
  const swatch = element("span", {className: "swatch"});
  swatch.style.background = `rgb(${colour(entry.index)})`;
  const mark = entry.area_share ? [] : [" ", element("span", {className: "mark", textContent: "found nothing"})];
  return [swatch, entry.name, ...mark];
}

/** What heads each column, its explanation, and what stands in it. */
const columns = [
  ["Class", "class", className],
  ["Posterior", "posterior", entry => [percent(entry.posterior)]],
  ["Area", "area", entry => [percent(entry.area_share)]],
  ["Inside", "inside", entry => [percent(entry.mean_posterior)]],
  ["Parts", "parts", entry => [entry.boxes.length]],
];

/** @param toggle makes what the first column holds of a class, where there is such a column. */
function fillClasses(table, made, toggle) {
  const all = toggle ? [["Show", "shown", toggle], ...columns] : columns;
  const heads = all.map(([text, name]) => element("th", {scope: "col"}, term(text, name)));
  const rows = made.classes.map((entry, index) =>
    element("tr", {}, ...all.map(([, , fill]) => element("td", {}, ...fill(entry, index)))));
  table.replaceChildren(element("thead", {}, element("tr", {}, ...heads)), element("tbody", {}, ...rows));
  table.hidden = rows.length === 0;
}

function fillFacts(list, facts) {
  list.replaceChildren(...facts.flatMap(([text, name, value]) =>
    [element("dt", {}, term(text, name)), element("dd", {textContent: value})]));
}

function factsOf(made) {
  const timings = Object.entries(made.timings).sort(([a], [b]) => stages.indexOf(a) - stages.indexOf(b));
  const milliseconds = 1000 * timings.reduce((sum, [, seconds]) => sum + seconds, 0);
  return [
    ["Labels", "labels", made.label_source === "given" ? "given with the image" : "predicted by the classifier"],
    ["Size", "size", `${made.image.width} × ${made.image.height}`],
    ["Time", "time", made.cached ? "from the store" : `${milliseconds.toFixed(0)} ms`],
    ["Stages", "stages", timings.map(([stage, seconds]) => `${stage} ${(1000 * seconds).toFixed(0)}`).join(", ") + " ms"],
    ["Model", "model", `${made.model.name ?? "not served now"} (${made.model.digest.slice(0, 12)})`],
    ["Mask", "mask", made.id],
  ];
}

/** What the mask lacks altogether; empty where it has something. */
function nothingFound(made) {
  if (made.classes.some(entry => entry.area_share > 0)) return "";
  if (made.classes.length || made.label_source !== "given") return "No class was found in this image.";
  return "No class was given: the mask is background alone.";
}

/** Says it where a mask lacks all. */
function fillNothing(line, made) {
  line.textContent = nothingFound(made);
  line.hidden = !line.textContent;
}

/** Says what is odd about an image or its mask, a line each. */
function fillWarnings(list, made) {
  const told = [...made.image.warnings ?? [], ...made.warnings ?? []];
  list.replaceChildren(...told.map(warning => element("li", {textContent: warning.detail})));
  list.hidden = told.length === 0;
}
