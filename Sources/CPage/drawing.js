// Masks over images.

/** Colour of a mask's value in PASCAL VOC's palette. */
function colour(value) {
  const rgb = [0, 0, 0];
  for (let bit = 7; bit >= 0; bit--, value >>= 3) for (let c = 0; c < 3; c++) rgb[c] |= (value >> c & 1) << bit;
  return rgb;
}

/** COCO's compressed run lengths as one byte a pixel, row by row. */
function decodeRuns({size: [height, width], counts}) {
  const runs = [];
  for (let place = 0; place < counts.length;) {
    let value = 0, shift = 0, more = true;
    while (more) {
      const bits = counts.charCodeAt(place++) - 48;
      value |= (bits & 31) << shift;
      more = Boolean(bits & 32);
      shift += 5;
      if (!more && bits & 16) value |= -1 << shift;
    }
    runs.push(runs.length > 2 ? value + runs[runs.length - 2] : value);
  }
  const bytes = new Uint8Array(width * height);
  let pixel = 0;
  runs.forEach((run, index) => {
    for (const end = pixel + run; pixel < end; pixel++)
      if (index % 2) bytes[pixel % height * width + Math.floor(pixel / height)] = 1;
  });
  return bytes;
}

/** The mask at another size: outlines are drawn after it, and show however large the image is. */
function resized(mask, from, to) {
  if (from.width === to.width && from.height === to.height) return mask;
  const bytes = new Uint8Array(to.width * to.height);
  for (let y = 0, pixel = 0; y < to.height; y++) {
    const row = Math.floor((y + .5) * from.height / to.height) * from.width;
    for (let x = 0; x < to.width; x++, pixel++) bytes[pixel] = mask[row + Math.floor((x + .5) * from.width / to.width)];
  }
  return bytes;
}

/** Pixels of a mask beside one that is not of it. */
function isEdge(mask, width, height, pixel) {
  const x = pixel % width;
  return x === 0 || x === width - 1 || !mask[pixel - 1] || !mask[pixel + 1]
    || pixel < width || pixel >= width * (height - 1) || !mask[pixel - width] || !mask[pixel + width];
}

/**
 * Draws an image and masks over it.
 * @param image null draws the masks alone. @param masks [{value, mask}], the later over the earlier.
 * @param opacity 0 to 1.
 */
function draw(canvas, image, masks, opacity, outline) {
  const {width, height} = canvas;
  const context = canvas.getContext("2d", {willReadFrequently: true});
  context.fillStyle = "#808080";
  context.fillRect(0, 0, width, height);
  if (image) context.drawImage(image, 0, 0, width, height);
  const pixels = context.getImageData(0, 0, width, height);
  const data = pixels.data;
  for (const {value, mask} of masks) {
    const plain = colour(value);
    // The palette's colours are dark, and so are many images.
    const lightened = plain.map(part => 255 - (255 - part) / 3);
    for (let pixel = 0; pixel < mask.length; pixel++) {
      if (!mask[pixel]) continue;
      const edge = outline && isEdge(mask, width, height, pixel);
      const [share, tint] = edge ? [1, lightened] : [opacity, plain];
      const place = 4 * pixel;
      for (let c = 0; c < 3; c++) data[place + c] += share * (tint[c] - data[place + c]);
    }
  }
  context.putImageData(pixels, 0, 0);
}
