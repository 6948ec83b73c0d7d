#include "CImageCodecs.h"

#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include <jpeglib.h>

// One compression; the library's callbacks find it by `client_data`.
typedef struct {
    struct jpeg_compress_struct jpeg;
    struct jpeg_error_mgr errors;
    jmp_buf escape;
    codecs_report *report;
    unsigned char *bytes;
    unsigned long count;
} session;

static void on_error(j_common_ptr jpeg) {
    session *s = jpeg->client_data;
    char message[JMSG_LENGTH_MAX];
    jpeg->err->format_message(jpeg, message);
    snprintf(s->report->message, sizeof s->report->message, "%s", message);
    longjmp(s->escape, 1);
}

static void write_rows(session *s, const uint8_t *rgb, uint32_t width, uint32_t height, int quality) {
    struct jpeg_compress_struct *jpeg = &s->jpeg;
    jpeg_create_compress(jpeg);
    jpeg_mem_dest(jpeg, &s->bytes, &s->count);
    jpeg->image_width = width;
    jpeg->image_height = height;
    jpeg->input_components = 3;
    jpeg->in_color_space = JCS_RGB;
    jpeg_set_defaults(jpeg);
    jpeg_set_quality(jpeg, quality, TRUE);
    jpeg_start_compress(jpeg, TRUE);
    while (jpeg->next_scanline < height) {
        JSAMPROW row = (JSAMPROW)(rgb + (size_t)jpeg->next_scanline * width * 3);
        jpeg_write_scanlines(jpeg, &row, 1);
    }
    jpeg_finish_compress(jpeg);
}

codecs_status codecs_jpeg_encode(
    const uint8_t *rgb, uint32_t width, uint32_t height, int quality, uint8_t **bytes, size_t *count,
    codecs_report *report) {
    session s;
    memset(&s, 0, sizeof s);
    *report = (codecs_report){.message = ""};
    s.report = report;
    s.jpeg.err = jpeg_std_error(&s.errors);
    s.errors.error_exit = on_error;
    s.jpeg.client_data = &s;
    codecs_status status = codecs_corrupt;
    if (setjmp(s.escape) == 0) {
        write_rows(&s, rgb, width, height, quality);
        status = codecs_ok;
    }
    jpeg_destroy_compress(&s.jpeg);
    *bytes = status == codecs_ok ? s.bytes : NULL;
    *count = status == codecs_ok ? s.count : 0;
    return status;
}
