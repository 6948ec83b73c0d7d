// One mask of a job, large, with its classes and figures.

/** `view`: which of `views` is shown. */
const viewer = {place: 0, view: "overlay", stop: null, document: null};

/** What can be seen of a mask: the address of each. The width is one for all windows, so that the service draws it once. */
const views = {
  overlay: links => `${links.overlay}?width=1280`,
  tint: links => `${links.overlay}?width=1280&outline=false`,
  mask: links => links.mask,
};

async function openViewer(place) {
  if (!$("viewer").open) $("viewer").showModal();
  const item = gallery.items[place];
  viewer.stop?.abort();
  Object.assign(viewer, {place, stop: new AbortController(), document: null});
  const {signal} = viewer.stop;
  $("viewer-name").textContent = item.name;
  $("viewer-place").textContent = `${place + 1} of ${gallery.items.length}${$("more-masks").hidden ? "" : " or more"}`;
  $("viewer-previous").disabled = place === 0;
  $("viewer-next").disabled = place === gallery.items.length - 1 && $("more-masks").hidden;
  // Nothing of the last one stands under the name of this one.
  $("viewer-image").hidden = true;
  $("viewer-status").textContent = "Loading …";
  fillViewer(null);
  try {
    const made = await (await request(`/v1/masks/${item.mask}`, {signal, headers: {Accept: "application/json"}})).json();
    signal.throwIfAborted();
    viewer.document = made;
    fillViewer(made);
    await showView();
  } catch (error) {
    if (!signal.aborted) $("viewer-status").textContent = error.message;
  }
}

/** @param made null empties it. */
function fillViewer(made) {
  $("viewer-figures").hidden = !made;
  if (!made) return;
  fillClasses($("viewer-classes"), made);
  fillFacts($("viewer-facts"), factsOf(made));
  fillWarnings($("viewer-warnings"), made);
  fillNothing($("viewer-nothing"), made);
}

async function showView() {
  for (const button of document.querySelectorAll("#viewer-views button"))
    button.setAttribute("aria-pressed", button.value === viewer.view);
  if (!viewer.document) return;
  const {signal} = viewer.stop;
  const made = viewer.document;
  const image = $("viewer-image");
  await load(image, views[viewer.view](made.links), {signal});
  try { await image.decode(); } catch { throw new Error("This browser cannot show it."); }
  if (signal.aborted) return;
  image.alt = `${viewer.view === "mask" ? "Mask" : "Image with mask"}: ${made.labels.join(", ") || "no class"}`;
  image.hidden = false;
  $("viewer-status").textContent = nothingFound(made) || `Classes: ${made.labels.join(", ")}`;
}

/** The tile before or after; at the last one the next page of them is fetched. */
async function step(by) {
  const place = viewer.place + by;
  if (place === gallery.items.length && !$("more-masks").hidden) await $("more-masks").onclick();
  if (gallery.items[place]) await openViewer(place);
  else if (place > viewer.place) $("viewer-status").textContent = $("notice").textContent || "This is the last one.";
}

$("viewer-previous").addEventListener("click", () => step(-1));
$("viewer-next").addEventListener("click", () => step(1));
$("viewer-close").addEventListener("click", () => $("viewer").close());
$("viewer-views").addEventListener("click", async event => {
  if (!event.target.value) return;
  viewer.view = event.target.value;
  try { await showView(); } catch (error) { if (error.name !== "AbortError") $("viewer-status").textContent = error.message; }
});
// Of the window: a button that is disabled while it has the focus takes no keys.
addEventListener("keydown", event => {
  if (!$("viewer").open || $("token-dialog").open) return;
  if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const by = {ArrowLeft: -1, ArrowRight: 1}[event.key];
  if (!by || event.target.closest(".scroll")) return;
  event.preventDefault();
  step(by);
});
// A click beside the dialog is one on its backdrop.
$("viewer").addEventListener("click", event => { if (event.target === $("viewer")) $("viewer").close(); });
// Closed by Escape too. The focus goes to the tile of the mask that was seen last.
$("viewer").addEventListener("close", () => {
  viewer.stop?.abort();
  gallery.tiles[viewer.place]?.focus();
});
