// The chosen image, and its preview.

/**
 * `picture`: what the browser shows of it, null where it cannot; a promise, since decoding takes its time.
 * `shownPicture`: the same under the mask.
 */
const work = {file: null, picture: null, stop: null, document: null, shownPicture: null, masks: []};

/** Takes a file; whether it is an image says the service, whose decoder decides. What belongs to the last one goes. */
function choose(files) {
  const [file] = files;
  if (!file) return;
  work.stop?.abort();
  clearResult();
  // Pixels of a large image are not kept until somebody collects them.
  work.picture?.then(picture => picture?.close());
  work.file = file;
  const size = `${file.name || "pasted image"}, ${Math.ceil(file.size / 1024)} KiB`;
  $("file-name").textContent = files.length > 1 ? `${size}; the first of ${files.length} files` : size;
  $("status").textContent = "";
  $("submit").disabled = false;
  work.picture = preview(file);
  if ($("view-label").hidden) view("label");
}

/** @returns what can be drawn; null where this browser cannot show the file. */
async function preview(file) {
  const shown = $("preview");
  $("preview-note").hidden = true;
  let picture = null;
  try {
    // Upright, as the service sees it; the first image of several.
    picture = await createImageBitmap(file);
  } catch { /* said below */ }
  if (work.file !== file) return picture;
  shown.hidden = !picture;
  $("preview-note").hidden = Boolean(picture);
  if (!picture) return null;
  const factor = Math.min(1, 640 / Math.max(picture.width, picture.height));
  shown.width = Math.max(1, Math.round(factor * picture.width));
  shown.height = Math.max(1, Math.round(factor * picture.height));
  shown.ariaLabel = `Preview of ${file.name || "the pasted image"}`;
  const context = shown.getContext("2d");
  context.imageSmoothingQuality = "high";
  context.drawImage(picture, 0, 0, shown.width, shown.height);
  return picture;
}

$("file").addEventListener("change", () => choose($("file").files));
for (const kind of ["dragenter", "dragover"]) addEventListener(kind, event => {
  event.preventDefault();
  $("drop").classList.add("over");
});
for (const kind of ["dragleave", "drop"]) addEventListener(kind, () => $("drop").classList.remove("over"));
addEventListener("drop", guarded(event => {
  event.preventDefault();
  if (!event.dataTransfer.files.length) throw new Error("That was no file. Save the image first, then drop its file here.");
  choose(event.dataTransfer.files);
}));
addEventListener("paste", event => choose(event.clipboardData.files));
