// What figures and options mean: as a title under the mouse, as a description for screen readers, and as the page's one
// tooltip on focus and on tap.

const tips = {
  "no-class": "Says that none of the model's classes is in the image: its mask is background alone.",
  refinement: "How class maps are fitted to the image's edges: binomial refines each class by itself, multinomial all classes against each other, none leaves the maps as they are.",
  background: "The map value, 0 to 1, over which a pixel belongs to a class: a higher one makes smaller masks. Empty: the model's own.",
  certainty: "Pixels whose label is less certain than this, 0.51 to 0.99, become 255, which training leaves out. Empty: every pixel is labelled.",
  "minimum-area": "Parts of a class smaller than this share of the image, 0 to 1, have no box. Empty: 0.001.",
  "drop-small": "Such parts become background.",
  scales: "Sizes at which the network sees the image, 0.25 to 3, separated by commas. More scales take longer. Empty: 0.5,1,1.5.",
  flip: "The network sees each scale mirrored too, and the mean of both counts: a little better, and twice as long.",
  opacity: "How much the mask covers the image. It changes the view alone, not the mask.",
  outline: "Draws the border of each class. It changes the view alone, not the mask.",
  shown: "Whether the class is drawn. It changes the view alone, not the mask.",
  class: "The class, and its colour in the mask.",
  posterior: "How probable the class is for the whole image, as the classifier sees it.",
  area: "Share of the image's pixels that are in the class's mask.",
  inside: "How certain the class is in its own mask: the mean probability of the mask's pixels.",
  parts: "Connected parts of the class's mask that have a box; specks have none.",
  labels: "Who said which classes are in the image: whoever sent it, or the classifier.",
  size: "Width and height in pixels, upright.",
  time: "What making the mask took in all. One that was made before comes from the store.",
  stages: "What each step took: decoding, network, class maps, refinement, mask, encoding.",
  model: "The model that made the mask: its name, and the beginning of its digest.",
  mask: "The mask's identifier: image, model, labels and options determine it.",
  warnings: "What is odd about the image or its result, and kept nothing from being made.",
  "save-mask": "An indexed PNG in PASCAL VOC's palette: 0 background, k the k-th class, 255 left out.",
  "save-overlay": "The image with the mask over it, as the service draws it.",
  "save-json": "All figures, with run lengths and boxes of each class.",
  "view-overlay": "The image, each class tinted and outlined.",
  "view-tint": "The image, each class tinted and nothing drawn over it.",
  "view-mask": "The mask as training reads it: a colour for each class, black for the background.",
  "only-warned": "Leaves out the masks with nothing odd about them.",
  done: "Images that have their mask, of all images of the job.",
  failed: "Images without a mask; the reasons are below.",
  waiting: "Images that the job names and that have not been uploaded yet.",
  rate: "Masks made per second of late, those from the store left out.",
  left: "The time that the rest takes at the present rate.",
  "job-posterior": "Mean probability of the pixels in the masks so far.",
  "job-area": "Mean share of an image that a class's mask takes.",
};

/** Gives an element, and its label, the explanation. Elements that take no focus are only explained under the mouse: see `term`. */
function explain(target, name) {
  for (const part of [target, target.closest("label")]) if (part) part.title = tips[name];
  target.dataset.tip = name;
  target.setAttribute("aria-describedby", `tip-${name}`);
  return target;
}

/** A figure's name that explains itself to mouse, keyboard and finger. */
const term = (text, name) => explain(element("button", {type: "button", className: "term", textContent: text}), name);

/** What the tooltip explains now. */
let explained = null;

function showTip(target) {
  explained = target;
  $("tip").textContent = tips[target.dataset.tip];
  $("tip").showPopover?.();
  placeTip();
}

/** Above its element where there is room, within the window. */
function placeTip() {
  const tip = $("tip");
  if (!explained) return;
  const around = (explained.closest("label") ?? explained).getBoundingClientRect();
  const {width, height} = tip.getBoundingClientRect();
  tip.style.left = `${Math.max(8, Math.min(around.left, innerWidth - width - 8))}px`;
  tip.style.top = `${around.top > height + 12 ? around.top - height - 6 : around.bottom + 6}px`;
}

function hideTip() {
  explained = null;
  $("tip").hidePopover?.();
}

for (const name of Object.keys(tips)) $("tips").append(element("span", {id: `tip-${name}`, textContent: tips[name]}));
for (const target of document.querySelectorAll("[data-tip]")) explain(target, target.dataset.tip);

addEventListener("focusin", event => {
  const target = event.target.closest?.("[data-tip]");
  target && (target.matches(":focus-visible") || matchMedia("(hover: none)").matches) ? showTip(target) : hideTip();
});
addEventListener("focusout", hideTip);
addEventListener("pointerdown", hideTip);
addEventListener("click", event => {
  const target = event.target.closest?.(".term");
  if (target) showTip(target);
});
addEventListener("keydown", event => { if (event.key === "Escape") hideTip(); });
// Focus itself may scroll.
addEventListener("scroll", placeTip, true);
