#include "CImageCodecs.h"

#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include <png.h>

typedef struct {
    const uint8_t *next;
    size_t left;
} source;

static void on_error(png_structp png, png_const_charp message) {
    codecs_report *report = png_get_error_ptr(png);
    snprintf(report->message, sizeof report->message, "%s", message);
    png_longjmp(png, 1);
}

static void on_warning(png_structp png, png_const_charp message) { (void)png, (void)message; }

static void on_read(png_structp png, png_bytep target, size_t count) {
    source *s = png_get_io_ptr(png);
    if (count > s->left) png_error(png, "the file ends too early");
    memcpy(target, s->next, count);
    s->next += count;
    s->left -= count;
}

// Only IHDR, PLTE, tRNS, IDAT and IEND are looked at; of all others the checksum alone. What libpng calls a benign
// error (too much image data, a wrong checksum at its end) is an error: such a file is damaged. An index beyond the
// palette is let through: viewers show it black, and for a mask the index is what counts.
static void start(png_structp png, source *s) {
    const png_alloc_size_t largest_chunk_kept = 1 << 16;
    png_set_read_fn(png, s, on_read);
    png_set_benign_errors(png, 0);
    png_set_check_for_invalid_index(png, 0);
    png_set_crc_action(png, PNG_CRC_ERROR_QUIT, PNG_CRC_ERROR_QUIT);
    png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, NULL, -1);
    png_set_chunk_malloc_max(png, largest_chunk_kept);
    png_set_chunk_cache_max(png, 1);
}

static void to_rgb(png_structp png, png_infop info) {
    const png_color_16 matte = {0, codecs_matte, codecs_matte, codecs_matte, codecs_matte};
    int type = png_get_color_type(png, info);
    png_set_expand(png);
    if (png_get_bit_depth(png, info) == 16) png_set_scale_16(png);
    if (!(type & PNG_COLOR_MASK_COLOR)) png_set_gray_to_rgb(png);
    if ((type & PNG_COLOR_MASK_ALPHA) || png_get_valid(png, info, PNG_INFO_tRNS))
        png_set_background_fixed(png, &matte, PNG_BACKGROUND_GAMMA_SCREEN, 0, PNG_FP_1);
}

static void to_samples(png_structp png, png_infop info) {
    int type = png_get_color_type(png, info);
    if (type != PNG_COLOR_TYPE_PALETTE && type != PNG_COLOR_TYPE_GRAY) png_error(png, "neither indexed nor gray");
    png_set_packing(png);
    const uint16_t one = 1;
    if (png_get_bit_depth(png, info) == 16 && *(const uint8_t *)&one == 1) png_set_swap(png);
}

typedef void (*conversion)(png_structp png, png_infop info);

static void read_rows(
    png_structp png, png_infop info, conversion convert, uint32_t width, uint32_t height, size_t row_bytes,
    uint8_t *pixels
) {
    if (png_get_image_width(png, info) != width || png_get_image_height(png, info) != height)
        png_error(png, "size differs from the header's");
    convert(png, info);
    int passes = png_set_interlace_handling(png);
    png_read_update_info(png, info);
    if (png_get_rowbytes(png, info) != row_bytes) png_error(png, "unexpected layout");
    for (int pass = 0; pass < passes; pass++)
        for (uint32_t y = 0; y < height; y++) png_read_row(png, pixels + y * row_bytes, NULL);
    png_read_end(png, NULL);
}

// Nothing that setjmp's frame changes is used after the jump.
static codecs_status guarded(
    png_structp png, png_infop info, source *s, codecs_header *header, conversion convert, uint32_t width,
    uint32_t height, uint8_t *pixels
) {
    if (setjmp(png_jmpbuf(png))) return codecs_corrupt;
    start(png, s);
    png_read_info(png, info);
    int type = png_get_color_type(png, info);
    *header = (codecs_header){
        png_get_image_width(png, info), png_get_image_height(png, info), png_get_bit_depth(png, info),
        type == PNG_COLOR_TYPE_PALETTE, type == PNG_COLOR_TYPE_GRAY};
    if (convert == NULL) return codecs_ok;
    size_t pixel_bytes = convert == to_rgb ? 3 : header->bits_per_sample == 16 ? 2 : 1;
    read_rows(png, info, convert, width, height, width * pixel_bytes, pixels);
    return codecs_ok;
}

static codecs_status run(
    const uint8_t *bytes, size_t count, codecs_header *header, conversion convert, uint32_t width, uint32_t height,
    uint8_t *pixels, codecs_report *report
) {
    source s = {bytes, count};
    report->message[0] = 0;
    png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, report, on_error, on_warning);
    png_infop info = png ? png_create_info_struct(png) : NULL;
    codecs_status status = codecs_corrupt;
    if (info) status = guarded(png, info, &s, header, convert, width, height, pixels);
    png_destroy_read_struct(&png, &info, NULL);
    return status;
}

codecs_status codecs_png_header(const uint8_t *bytes, size_t count, codecs_header *header, codecs_report *report) {
    return run(bytes, count, header, NULL, 0, 0, NULL, report);
}

codecs_status codecs_png_decode(
    const uint8_t *bytes, size_t count, uint32_t width, uint32_t height, uint8_t *rgb, codecs_report *report) {
    codecs_header header;
    return run(bytes, count, &header, to_rgb, width, height, rgb, report);
}

codecs_status codecs_png_decode_samples(
    const uint8_t *bytes, size_t count, uint32_t width, uint32_t height, void *samples, codecs_report *report) {
    codecs_header header;
    return run(bytes, count, &header, to_samples, width, height, samples, report);
}
