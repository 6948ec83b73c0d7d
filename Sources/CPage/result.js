// The mask over its image, with its figures.

/** Pixels of the canvas's longer side: enough for any window, and soon drawn. */
const longestSide = 2048;

function clearResult() {
  Object.assign(work, {document: null, shownPicture: null, masks: []});
  $("result").hidden = true;
  Object.assign($("canvas"), {width: 1, height: 1});
  for (const part of ["classes", "facts", "warnings"]) $(part).replaceChildren();
}

/** @param picture what the browser shows of the image; null where it cannot. */
function show(made, picture) {
  const size = made.image;
  const factor = Math.min(1, longestSide / Math.max(size.width, size.height));
  const canvas = {width: Math.max(1, Math.round(factor * size.width)), height: Math.max(1, Math.round(factor * size.height))};
  Object.assign($("canvas"), canvas);
  work.document = made;
  // One that the browser turns otherwise than the service would lie wrongly under its mask.
  const fits = picture && Math.abs(picture.width * size.height - picture.height * size.width)
    <= Math.max(picture.width, picture.height, size.width, size.height);
  work.shownPicture = fits ? picture : null;
  $("canvas-note").hidden = fits;
  work.masks = made.classes.map(entry =>
    ({value: entry.index, mask: resized(decodeRuns(entry.segmentation), size, canvas), shown: true}));
  fillClasses($("classes"), made, (entry, index) => {
    const box = element("input", {type: "checkbox", checked: true, ariaLabel: `Show ${entry.name}`});
    box.addEventListener("change", () => { work.masks[index].shown = box.checked; redraw(); });
    return [box];
  });
  fillFacts($("facts"), factsOf(made));
  fillWarnings($("warnings"), made);
  fillNothing($("nothing"), made);
  $("result-name").textContent = work.file.name || "Pasted image";
  $("canvas").ariaLabel = `The image with its mask: ${made.labels.join(", ") || "no class"}`;
  $("result").hidden = false;
  redraw();
}

function redraw() {
  if (work.document) draw(
    $("canvas"), work.shownPicture, work.masks.filter(mask => mask.shown), $("opacity").value / 100, $("outline").checked);
}

async function saveAs(link, ending) {
  const name = (work.file.name || "image").replace(/\.[^.]*$/, "");
  save(await (await request(link)).blob(), `${name}${ending}`);
}

$("opacity").addEventListener("input", redraw);
$("outline").addEventListener("change", redraw);
$("save-mask").addEventListener("click", guarded(() => saveAs(work.document.links.mask, ".png")));
$("save-overlay").addEventListener("click", guarded(() => saveAs(work.document.links.overlay, "-overlay.png")));
$("save-json").addEventListener("click", guarded(() => saveAs(work.document.links.self, ".json")));
