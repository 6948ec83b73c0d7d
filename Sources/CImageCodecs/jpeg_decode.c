#include "CImageCodecs.h"

#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include <jpeglib.h>
#include <jerror.h>

// One decompression; the library's callbacks find it by `client_data`.
typedef struct {
    struct jpeg_decompress_struct jpeg;
    struct jpeg_error_mgr errors;
    struct jpeg_progress_mgr progress;
    jmp_buf escape;
    codecs_status status;
    codecs_report *report;
} session;

// Messages about legal files that this build of the library, or libjpeg at all, cannot decode.
static codecs_status status_of(int code) {
    switch (code) {
    case JERR_ARITH_NOTIMPL:
    case JERR_BAD_PRECISION:
    case JERR_CCIR601_NOTIMPL:
    case JERR_COMPONENT_COUNT:
    case JERR_CONVERSION_NOTIMPL:
    case JERR_EMPTY_IMAGE:  // height given after the first scan (DNL)
    case JERR_FRACT_SAMPLE_NOTIMPL:
    case JERR_NOTIMPL:
    case JERR_NOT_COMPILED:
    case JERR_SOF_UNSUPPORTED:
        return codecs_unsupported;
    case JERR_IMAGE_TOO_BIG:
        return codecs_too_large;
    default:
        return codecs_corrupt;
    }
}

static void give_up(session *s, codecs_status status, const char *message) {
    s->status = status;
    snprintf(s->report->message, sizeof s->report->message, "%s", message);
    longjmp(s->escape, 1);
}

static void on_error(j_common_ptr jpeg) {
    session *s = jpeg->client_data;
    char message[JMSG_LENGTH_MAX];
    jpeg->err->format_message(jpeg, message);
    give_up(s, status_of(jpeg->err->msg_code), message);
}

// The library goes on after a warning, with gray or smeared blocks in place of what is missing. Not here, except where
// nothing is missing:
// - An odd JFIF version, an unknown Adobe transform (taken as YCC): neither says anything about the data.
// - Spectral selection and approximation in the scan header of a sequential JPEG, which some cameras leave at zero:
//   no decoder of such files looks at them.
// - Bytes before a marker that belong to nothing. What the scans need was there before them: a scan that lacks data
//   is warned of by itself, and so is a restart marker that is not the next one.
static void on_message(j_common_ptr jpeg, int level) {
    session *s = jpeg->client_data;
    if (level >= 0) return;
    switch (jpeg->err->msg_code) {
    case JWRN_JFIF_MAJOR:
    case JWRN_ADOBE_XFORM:
        return;
    case JWRN_NOT_SEQUENTIAL:
        s->report->oddities |= codecs_scan_parameters;
        return;
    case JWRN_EXTRANEOUS_DATA:
        s->report->oddities |= codecs_stray_bytes;
        s->report->stray_bytes += (uint32_t)jpeg->err->msg_parm.i[0];
        return;
    default:
        on_error(jpeg);
    }
}

static void on_output(j_common_ptr jpeg) { (void)jpeg; }

static void on_progress(j_common_ptr jpeg) {
    session *s = jpeg->client_data;
    if (s->jpeg.input_scan_number > codecs_maximum_scans)
        give_up(s, codecs_unsupported, "more scans than are accepted (100)");
}

// Coefficients of a progressive picture: 2 bytes, at most 4 components, sides padded to a whole 32-pixel MCU.
static long memory_limit(const struct jpeg_decompress_struct *jpeg) {
    const long fixed = 16L << 20;
    long width = ((long)jpeg->image_width + 63) / 32 * 32, height = ((long)jpeg->image_height + 63) / 32 * 32;
    return width * height * 4 * (long)sizeof(JCOEF) + fixed;
}

static void start(session *s, codecs_report *report) {
    memset(s, 0, sizeof *s);
    *report = (codecs_report){.message = ""};
    s->report = report;
    s->jpeg.err = jpeg_std_error(&s->errors);
    s->errors.error_exit = on_error;
    s->errors.emit_message = on_message;
    s->errors.output_message = on_output;
    s->jpeg.client_data = s;
}

static void read_header(session *s, const uint8_t *bytes, size_t count) {
    jpeg_create_decompress(&s->jpeg);
    s->progress.progress_monitor = on_progress;
    s->jpeg.progress = &s->progress;
    jpeg_mem_src(&s->jpeg, bytes, (unsigned long)count);
    jpeg_read_header(&s->jpeg, TRUE);
    s->jpeg.mem->max_memory_to_use = memory_limit(&s->jpeg);
}

codecs_status codecs_jpeg_header(const uint8_t *bytes, size_t count, codecs_header *header, codecs_report *report) {
    session s;
    start(&s, report);
    if (setjmp(s.escape) == 0) {
        read_header(&s, bytes, count);
        *header = (codecs_header){s.jpeg.image_width, s.jpeg.image_height, 8, 0, 0};
    }
    jpeg_destroy_decompress(&s.jpeg);
    return s.status;
}

// A file may end, properly, before some component was ever sent; the library would show it as flat.
static void require_every_component(session *s) {
    for (int i = 0; i < s->jpeg.num_components; i++)
        if (s->jpeg.comp_info[i].quant_table == NULL)
            give_up(s, codecs_corrupt, "a colour component has no data");
}

// `ink` is one row of C, M, Y, K. Adobe's files hold 255 minus the ink, all others the ink.
static void rgb_from_cmyk(const uint8_t *ink, uint32_t width, int inverted, uint8_t *rgb) {
    const unsigned flip = inverted ? 0 : 255;
    for (uint32_t x = 0; x < width; x++, ink += 4, rgb += 3) {
        unsigned black = ink[3] ^ flip;
        for (int c = 0; c < 3; c++) rgb[c] = (uint8_t)(((ink[c] ^ flip) * black + 127) / 255);
    }
}

static void read_rows(session *s, uint32_t width, uint32_t height, uint8_t *rgb) {
    struct jpeg_decompress_struct *jpeg = &s->jpeg;
    int four = jpeg->jpeg_color_space == JCS_CMYK || jpeg->jpeg_color_space == JCS_YCCK;
    jpeg->out_color_space = four ? JCS_CMYK : JCS_RGB;
    jpeg_start_decompress(jpeg);
    if (jpeg->output_width != width || jpeg->output_height != height)
        give_up(s, codecs_corrupt, "size differs from the header's");
    if (jpeg_has_multiple_scans(jpeg)) require_every_component(s);

    JSAMPARRAY ink = four ? jpeg->mem->alloc_sarray((j_common_ptr)jpeg, JPOOL_IMAGE, width * 4, 1) : NULL;
    while (jpeg->output_scanline < height) {
        uint8_t *row = rgb + (size_t)jpeg->output_scanline * width * 3;
        JSAMPROW target = four ? ink[0] : row;
        if (jpeg_read_scanlines(jpeg, &target, 1) != 1) give_up(s, codecs_corrupt, "the data end too early");
        if (four) rgb_from_cmyk(ink[0], width, jpeg->saw_Adobe_marker, row);
    }
    jpeg_finish_decompress(jpeg);  // reads on to the EOI marker
}

codecs_status codecs_jpeg_decode(
    const uint8_t *bytes, size_t count, uint32_t width, uint32_t height, uint8_t *rgb, codecs_report *report) {
    session s;
    start(&s, report);
    if (setjmp(s.escape) == 0) {
        read_header(&s, bytes, count);
        if (s.jpeg.image_width != width || s.jpeg.image_height != height)
            give_up(&s, codecs_corrupt, "size differs from the header's");
        read_rows(&s, width, height, rgb);
    }
    jpeg_destroy_decompress(&s.jpeg);
    return s.status;
}
