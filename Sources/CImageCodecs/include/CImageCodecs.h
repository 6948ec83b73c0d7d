// JPEG and PNG through libjpeg and libpng, for untrusted bytes.
//
// Both libraries report errors by longjmp; every function here catches that and returns a status instead, so no
// jump ever crosses a Swift frame. Nothing of the picture's size is allocated by a `..._header` function: the
// caller reads width and height first, decides, allocates the output and only then calls `..._decode`.
#ifndef CIMAGECODECS_H
#define CIMAGECODECS_H

#include <stddef.h>
#include <stdint.h>

typedef enum {
    codecs_ok = 0,
    // The bytes are truncated, damaged or contradict themselves.
    codecs_corrupt = 1,
    // A legal file of a kind that the library cannot decode.
    codecs_unsupported = 2,
} codecs_status;

// The library's own words for what went wrong; an empty string after codecs_ok.
typedef struct {
    char message[208];
} codecs_report;

typedef struct {
    uint32_t width;
    uint32_t height;
    uint8_t bits_per_sample;  // PNG: 1, 2, 4, 8, 16; JPEG: 8
    uint8_t is_indexed;       // PNG only
    uint8_t is_gray;          // PNG only: gray without an alpha channel
} codecs_header;

// Colour that transparent PNG pixels are blended over, as R = G = B: white, as pages and most viewers show them.
enum { codecs_matte = 255 };

// A progressive JPEG of more scans than this is refused: each scan costs a pass over the whole picture.
enum { codecs_maximum_scans = 100 };

// Reads up to the first scan.
codecs_status codecs_jpeg_header(const uint8_t *bytes, size_t count, codecs_header *header, codecs_report *report);

// Decodes to 8-bit RGB, row-major, three bytes a pixel. `rgb` holds width * height * 3 bytes, where width and height
// are those of codecs_jpeg_header for the same bytes. Every warning of the library that tells of damaged data is an
// error. EXIF orientation and colour profiles are not applied. After an error `rgb` holds rubbish.
codecs_status codecs_jpeg_decode(
    const uint8_t *bytes, size_t count, uint32_t width, uint32_t height, uint8_t *rgb, codecs_report *report);

// Reads up to the first IDAT.
codecs_status codecs_png_header(const uint8_t *bytes, size_t count, codecs_header *header, codecs_report *report);

// Decodes any PNG to 8-bit RGB as above; 16-bit samples are scaled, alpha and tRNS are blended over codecs_matte.
// gAMA, cHRM, sRGB and iCCP are ignored. Of an animated PNG the default image (IDAT) is decoded.
codecs_status codecs_png_decode(
    const uint8_t *bytes, size_t count, uint32_t width, uint32_t height, uint8_t *rgb, codecs_report *report);

// Raw samples of an indexed or gray PNG without alpha: palette indices or gray values, unscaled. `samples` holds
// width * height values of one byte, or of two bytes in host order when the header says 16 bits.
codecs_status codecs_png_decode_samples(
    const uint8_t *bytes, size_t count, uint32_t width, uint32_t height, void *samples, codecs_report *report);

typedef enum {
    codecs_rgb8,
    codecs_indexed8,
    codecs_gray16,  // host byte order
} codecs_layout;

typedef struct {
    codecs_layout layout;
    uint32_t width;
    uint32_t height;
    const void *pixels;  // row-major, no row padding
    const uint8_t *palette;  // codecs_indexed8: palette_count * 3 bytes R, G, B
    int palette_count;
    int compression_level;  // of zlib, 1...9
} codecs_picture;

// Writes a PNG into *bytes (*count bytes, to be freed with free). *bytes is NULL after an error.
codecs_status codecs_png_encode(
    const codecs_picture *picture, uint8_t **bytes, size_t *count, codecs_report *report);

// Writes a JPEG of 8-bit RGB, row-major, three bytes a pixel, as above. `quality` is the library's, 1...100; sides are
// at most 65500.
codecs_status codecs_jpeg_encode(
    const uint8_t *rgb, uint32_t width, uint32_t height, int quality, uint8_t **bytes, size_t *count,
    codecs_report *report);

#endif
