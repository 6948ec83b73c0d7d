#include "CImageCodecs.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <png.h>

typedef struct {
    uint8_t *bytes;
    size_t count;
    size_t capacity;
} sink;

static void on_error(png_structp png, png_const_charp message) {
    codecs_report *report = png_get_error_ptr(png);
    snprintf(report->message, sizeof report->message, "%s", message);
    png_longjmp(png, 1);
}

static void on_warning(png_structp png, png_const_charp message) { (void)png, (void)message; }

static void on_write(png_structp png, png_bytep bytes, size_t count) {
    sink *s = png_get_io_ptr(png);
    if (count > s->capacity - s->count) {
        size_t capacity = 2 * s->capacity + count + 4096;
        uint8_t *grown = realloc(s->bytes, capacity);
        if (grown == NULL) png_error(png, "out of memory");
        s->bytes = grown;
        s->capacity = capacity;
    }
    memcpy(s->bytes + s->count, bytes, count);
    s->count += count;
}

static void on_flush(png_structp png) { (void)png; }

// Bytes a pixel.
static size_t describe(png_structp png, png_infop info, const codecs_picture *picture) {
    int type = PNG_COLOR_TYPE_RGB, depth = 8, filters = PNG_FILTER_SUB;
    size_t pixel_bytes = 3;
    if (picture->layout == codecs_indexed8) {
        type = PNG_COLOR_TYPE_PALETTE, filters = PNG_FILTER_NONE, pixel_bytes = 1;
    } else if (picture->layout == codecs_gray16) {
        type = PNG_COLOR_TYPE_GRAY, depth = 16, filters = PNG_FILTER_NONE, pixel_bytes = 2;
    }
    png_set_IHDR(
        png, info, picture->width, picture->height, depth, type, PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
        PNG_FILTER_TYPE_DEFAULT);
    png_set_filter(png, PNG_FILTER_TYPE_BASE, filters);
    png_set_compression_level(png, picture->compression_level);
    return pixel_bytes;
}

static void set_palette(png_structp png, png_infop info, const codecs_picture *picture) {
    png_color colors[PNG_MAX_PALETTE_LENGTH];
    int count = picture->palette_count;
    if (count < 1 || count > PNG_MAX_PALETTE_LENGTH) png_error(png, "a palette has 1 to 256 colours");
    for (int i = 0; i < count; i++)
        colors[i] = (png_color){picture->palette[3 * i], picture->palette[3 * i + 1], picture->palette[3 * i + 2]};
    png_set_PLTE(png, info, colors, count);
}

// Nothing that setjmp's frame changes is used after the jump.
static codecs_status guarded(png_structp png, png_infop info, const codecs_picture *picture, sink *s) {
    if (setjmp(png_jmpbuf(png))) return codecs_corrupt;
    png_set_write_fn(png, s, on_write, on_flush);
    size_t row_bytes = picture->width * describe(png, info, picture);
    if (picture->layout == codecs_indexed8) set_palette(png, info, picture);
    png_write_info(png, info);
    const uint16_t one = 1;
    if (picture->layout == codecs_gray16 && *(const uint8_t *)&one == 1) png_set_swap(png);
    const uint8_t *row = picture->pixels;
    for (uint32_t y = 0; y < picture->height; y++, row += row_bytes) png_write_row(png, row);
    png_write_end(png, NULL);
    return codecs_ok;
}

codecs_status codecs_png_encode(
    const codecs_picture *picture, uint8_t **bytes, size_t *count, codecs_report *report) {
    sink s = {NULL, 0, 0};
    *report = (codecs_report){.message = ""};
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, report, on_error, on_warning);
    png_infop info = png ? png_create_info_struct(png) : NULL;
    codecs_status status = codecs_corrupt;
    if (info) status = guarded(png, info, picture, &s);
    png_destroy_write_struct(&png, &info);
    if (status != codecs_ok) {
        free(s.bytes);
        s = (sink){NULL, 0, 0};
    }
    *bytes = s.bytes;
    *count = s.count;
    return status;
}
