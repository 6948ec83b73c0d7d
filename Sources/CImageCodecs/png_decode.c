#include "CImageCodecs.h"

#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include <png.h>

#include "png_chunks.h"

// One decoding; libpng's callbacks find it by their pointers.
typedef struct {
    png_chunks chunks;
    codecs_report *report;
    // Whether rows are being read.
    int is_in_rows;
} session;

static void on_error(png_structp png, png_const_charp message) {
    session *s = png_get_error_ptr(png);
    snprintf(s->report->message, sizeof s->report->message, "%s", message);
    png_longjmp(png, 1);
}

// What is superfluous behind the last row does no harm; libpng says so in one of these ways.
static int is_about_extra_data(const char *message) {
    return strstr(message, "Extra compressed data") || strstr(message, "Too much image data")
        || strstr(message, "Too many IDATs");
}

// While rows are read, what libpng calls a benign error comes as a warning: a wrong checksum at the end of the data is
// among them. Nothing else is warned of then.
static void on_warning(png_structp png, png_const_charp message) {
    session *s = png_get_error_ptr(png);
    if (!s->is_in_rows) return;
    if (!is_about_extra_data(message)) png_error(png, message);
    s->report->oddities |= codecs_extra_data;
}

static void on_read(png_structp png, png_bytep target, size_t count) {
    session *s = png_get_io_ptr(png);
    const char *reason = png_chunks_read(&s->chunks, target, count);
    if (reason) png_error(png, reason);
}

// An index beyond the palette is let through: viewers show it black, and for a mask the index is what counts. Chunks
// are bounded by the file, sides below; what libpng allocates before rows are read does not depend on either.
static void start(png_structp png, session *s) {
    png_set_read_fn(png, s, on_read);
    png_set_benign_errors(png, 0);
    png_set_check_for_invalid_index(png, 0);
    png_set_crc_action(png, PNG_CRC_ERROR_QUIT, PNG_CRC_ERROR_QUIT);
    png_set_chunk_malloc_max(png, 0);
    png_set_user_limits(png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
}

// 16-bit samples to 8 bits, rounded as png_set_scale_16 does, and the brightest of them to the report.
static void scale_row(png_structp png, png_row_infop row, png_bytep samples) {
    session *s = png_get_user_transform_ptr(png);
    size_t count = (size_t)row->width * row->channels;
    uint16_t brightest = s->report->brightest;
    for (size_t i = 0; i < count; i++) {
        int high = samples[2 * i], low = samples[2 * i + 1];
        uint16_t value = (uint16_t)(high << 8 | low);
        if (value > brightest) brightest = value;
        samples[i] = (uint8_t)(high + (((low - high + 128) * 65535) >> 24));
    }
    s->report->brightest = brightest;
}

static void to_rgb(png_structp png, png_infop info) {
    int type = png_get_color_type(png, info);
    int is_deep = png_get_bit_depth(png, info) == 16;
    const uint16_t matte = is_deep ? codecs_matte * 257 : codecs_matte;
    const png_color_16 background = {0, matte, matte, matte, matte};
    png_set_expand(png);
    if (!(type & PNG_COLOR_MASK_COLOR)) png_set_gray_to_rgb(png);
    if ((type & PNG_COLOR_MASK_ALPHA) || png_get_valid(png, info, PNG_INFO_tRNS))
        png_set_background_fixed(png, &background, PNG_BACKGROUND_GAMMA_SCREEN, 0, PNG_FP_1);
    if (is_deep) {
        png_set_read_user_transform_fn(png, scale_row);
        png_set_user_transform_info(png, png_get_io_ptr(png), 8, 3);
    }
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
    png_structp png, png_infop info, session *s, conversion convert, uint32_t width, uint32_t height,
    size_t row_bytes, uint8_t *pixels
) {
    if (png_get_image_width(png, info) != width || png_get_image_height(png, info) != height)
        png_error(png, "size differs from the header's");
    convert(png, info);
    int passes = png_set_interlace_handling(png);
    png_read_update_info(png, info);
    if (png_get_rowbytes(png, info) != row_bytes) png_error(png, "unexpected layout");
    s->is_in_rows = 1;
    png_set_benign_errors(png, 1);
    for (int pass = 0; pass < passes; pass++)
        for (uint32_t y = 0; y < height; y++) png_read_row(png, pixels + y * row_bytes, NULL);
    s->chunks.has_all_rows = 1;
    png_read_end(png, NULL);
}

// Nothing that setjmp's frame changes is used after the jump.
static codecs_status guarded(
    png_structp png, png_infop info, session *s, codecs_header *header, conversion convert, uint32_t width,
    uint32_t height, uint8_t *pixels
) {
    if (setjmp(png_jmpbuf(png))) return codecs_corrupt;
    start(png, s);
    png_read_info(png, info);
    int type = png_get_color_type(png, info);
    *header = (codecs_header){
        png_get_image_width(png, info), png_get_image_height(png, info), png_get_bit_depth(png, info),
        type == PNG_COLOR_TYPE_PALETTE, type == PNG_COLOR_TYPE_GRAY};
    if (header->width > codecs_longest_png_side || header->height > codecs_longest_png_side) {
        snprintf(s->report->message, sizeof s->report->message, "a side is longer than %d pixels",
            codecs_longest_png_side);
        return codecs_too_large;
    }
    if (convert == NULL) return codecs_ok;
    size_t pixel_bytes = convert == to_rgb ? 3 : header->bits_per_sample == 16 ? 2 : 1;
    read_rows(png, info, s, convert, width, height, width * pixel_bytes, pixels);
    return codecs_ok;
}

static codecs_status run(
    const uint8_t *bytes, size_t count, codecs_header *header, conversion convert, uint32_t width, uint32_t height,
    uint8_t *pixels, codecs_report *report
) {
    *report = (codecs_report){.message = ""};
    session s = {.chunks = png_chunks_of(bytes, count), .report = report};
    png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &s, on_error, on_warning);
    png_infop info = png ? png_create_info_struct(png) : NULL;
    codecs_status status = codecs_corrupt;
    if (info) status = guarded(png, info, &s, header, convert, width, height, pixels);
    png_destroy_read_struct(&png, &info, NULL);
    report->oddities |= s.chunks.oddities;
    const uint16_t dark = 1 << 12;
    if (status == codecs_ok && convert == to_rgb && header->bits_per_sample == 16 && report->brightest < dark)
        report->oddities |= codecs_nearly_black;
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
