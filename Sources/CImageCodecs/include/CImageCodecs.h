// JPEG, PNG and WebP through libjpeg, libpng and libwebp, for untrusted bytes.
//
// The first two report errors by longjmp; every function here catches that and returns a status instead, so no jump
// ever crosses a Swift frame. Nothing of the picture's size is allocated by a `..._header` function: the caller reads
// width and height first, decides, allocates the output and only then calls `..._decode`.
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
    // A legal file with a side that is longer than the library takes.
    codecs_too_large = 3,
} codecs_status;

// What is odd about a file that was decoded all the same; bits of a set.
typedef enum {
    codecs_stray_bytes = 1 << 0,  // JPEG: bytes before a marker, of which report.stray_bytes has the number
    codecs_scan_parameters = 1 << 1,  // JPEG: a progressive scan's parameters in a sequential file
    codecs_repeated_palette = 1 << 2,  // PNG: the second was not read
    codecs_misplaced_palette = 1 << 3,  // PNG: in a gray file or behind the data; not read
    codecs_long_palette = 1 << 4,  // PNG: more colours than a pixel can have; the rest was not read
    codecs_repeated_transparency = 1 << 5,
    codecs_misplaced_transparency = 1 << 6,
    codecs_transparency_length = 1 << 7,  // PNG: not of the length that the kind of picture wants; not read
    codecs_extra_data = 1 << 8,  // PNG: more data than the pixels need
    codecs_nearly_black = 1 << 9,  // PNG: 16 bits, and report.brightest is below a sixteenth of the range
} codecs_oddity;

typedef struct {
    // The library's own words for what went wrong; an empty string after codecs_ok.
    char message[208];
    uint32_t oddities;
    uint32_t stray_bytes;
    uint16_t brightest;  // of 16-bit samples, over the matte
} codecs_report;

typedef struct {
    uint32_t width;
    uint32_t height;
    uint8_t bits_per_sample;  // PNG: 1, 2, 4, 8, 16; others: 8
    uint8_t is_indexed;       // PNG only
    uint8_t is_gray;          // PNG only: gray without an alpha channel
} codecs_header;

// Colour that transparent pixels are blended over, as R = G = B: white, as pages and most viewers show them.
enum { codecs_matte = 255 };

// A progressive JPEG of more scans than this is refused: each scan costs a pass over the whole picture.
enum { codecs_maximum_scans = 100 };

// A PNG row is held several times while it is read, so its length is bounded by itself.
enum { codecs_longest_png_side = 1000000 };

// Reads up to the first scan.
codecs_status codecs_jpeg_header(const uint8_t *bytes, size_t count, codecs_header *header, codecs_report *report);

// Decodes to 8-bit RGB, row-major, three bytes a pixel. `rgb` holds width * height * 3 bytes, where width and height
// are those of codecs_jpeg_header for the same bytes. Every warning of the library that tells of missing data is an
// error, what does no harm an oddity. EXIF orientation and colour profiles are not applied. After an error `rgb` holds rubbish.
codecs_status codecs_jpeg_decode(
    const uint8_t *bytes, size_t count, uint32_t width, uint32_t height, uint8_t *rgb, codecs_report *report);

// Reads up to the first IDAT.
codecs_status codecs_png_header(const uint8_t *bytes, size_t count, codecs_header *header, codecs_report *report);

// Decodes any PNG to 8-bit RGB as above; 16-bit samples are scaled, alpha and tRNS are blended over codecs_matte.
// gAMA, cHRM, sRGB and iCCP are ignored. Of an animated PNG the default image (IDAT) is decoded.
codecs_status codecs_png_decode(
    const uint8_t *bytes, size_t count, uint32_t width, uint32_t height, uint8_t *rgb, codecs_report *report);

// Reads the first chunks.
codecs_status codecs_webp_header(const uint8_t *bytes, size_t count, codecs_header *header, codecs_report *report);

// Decodes any WebP to 8-bit RGB as above, alpha blended over codecs_matte. Of an animated one the first frame is
// decoded, over codecs_matte where it does not cover the picture.
codecs_status codecs_webp_decode(
    const uint8_t *bytes, size_t count, uint32_t width, uint32_t height, uint8_t *rgb, codecs_report *report);

// Undoes zlib's compression. Returns the number of bytes in `target`; 0 where they are damaged, or more than
// `capacity`.
size_t codecs_inflate(const uint8_t *bytes, size_t count, uint8_t *target, size_t capacity);

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
