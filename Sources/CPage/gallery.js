// A job's masks as tiles, each of which opens large.

/** The items in the order of their tiles. */
const gallery = {items: [], tiles: []};

function clearGallery() {
  Object.assign(gallery, {items: [], tiles: []});
  $("gallery").replaceChildren();
}

function addTile(item) {
  if (gallery.items.some(other => other.position === item.position)) return;
  const place = gallery.items.length;
  const image = element("img", {alt: ""});
  const button = element("button", {type: "button", className: "tile"},
    image, element("span", {className: "name", textContent: item.name}),
    element("span", {className: "quiet", textContent: item.labels ? item.labels.join(", ") || "no class" : "predicted"}));
  if (item.warnings?.length) button.append(element("span", {className: "mark", textContent: "with a warning"}));
  button.addEventListener("click", guarded(() => openViewer(place)));
  gallery.items.push(item);
  gallery.tiles.push(button);
  $("gallery").append(element("li", {}, button));
  loadInSight(image, `/v1/masks/${item.mask}/overlay.png?width=480`);
}

/** A thumbnail is fetched when it comes into sight: with the token, which an address cannot carry. */
function loadInSight(image, path) {
  new IntersectionObserver(async (entries, observer) => {
    if (!entries.some(entry => entry.isIntersecting)) return;
    observer.disconnect();
    try { await load(image, path); } catch (error) { image.alt = error.message; }
  }, {rootMargin: "200px"}).observe(image);
}

/** Shows an image of the service. @throws Refusal */
async function load(image, path, options) {
  const address = URL.createObjectURL(await (await request(path, options)).blob());
  image.onload = image.onerror = () => URL.revokeObjectURL(address);
  image.src = address;
}
