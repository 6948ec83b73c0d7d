#include "CImageCodecs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <webp/decode.h>
#include <webp/demux.h>

static codecs_status fail(codecs_report *report, codecs_status status, const char *message) {
    snprintf(report->message, sizeof report->message, "%s", message);
    return status;
}

static codecs_status fail_with(codecs_report *report, VP8StatusCode code) {
    switch (code) {
    case VP8_STATUS_UNSUPPORTED_FEATURE:
        return fail(report, codecs_unsupported, "it uses a feature that libwebp does not know");
    case VP8_STATUS_NOT_ENOUGH_DATA:
    case VP8_STATUS_SUSPENDED:
        return fail(report, codecs_corrupt, "the file ends too early");
    case VP8_STATUS_OUT_OF_MEMORY:
        return fail(report, codecs_corrupt, "there is not enough memory to decode it");
    default:
        return fail(report, codecs_corrupt, "its data contradict themselves");
    }
}

codecs_status codecs_webp_header(const uint8_t *bytes, size_t count, codecs_header *header, codecs_report *report) {
    *report = (codecs_report){.message = ""};
    WebPBitstreamFeatures features;
    VP8StatusCode code = WebPGetFeatures(bytes, count, &features);
    if (code != VP8_STATUS_OK) return fail_with(report, code);
    if (features.width <= 0 || features.height <= 0) return fail(report, codecs_corrupt, "it has no pixels");
    *header = (codecs_header){(uint32_t)features.width, (uint32_t)features.height, 8, 0, 0};
    return codecs_ok;
}

// One colour over the matte, rounded to nearest.
static uint8_t over_matte(unsigned value, unsigned alpha) {
    return (uint8_t)((value * alpha + codecs_matte * (255 - alpha) + 127) / 255);
}

// A frame with alpha, blended over the matte. `target` is the frame's first pixel.
static VP8StatusCode blend(const WebPIterator *frame, WebPDecoderConfig *config, uint8_t *target, size_t row_bytes) {
    size_t width = (size_t)frame->width, height = (size_t)frame->height;
    uint8_t *rgba = malloc(width * height * 4);
    if (rgba == NULL) return VP8_STATUS_OUT_OF_MEMORY;
    config->output.colorspace = MODE_RGBA;
    config->output.u.RGBA = (WebPRGBABuffer){rgba, (int)(width * 4), width * height * 4};
    VP8StatusCode code = WebPDecode(frame->fragment.bytes, frame->fragment.size, config);
    for (size_t y = 0; y < height && code == VP8_STATUS_OK; y++) {
        const uint8_t *from = rgba + y * width * 4;
        uint8_t *to = target + y * row_bytes;
        for (size_t x = 0; x < width; x++, from += 4, to += 3)
            for (int c = 0; c < 3; c++) to[c] = over_matte(from[c], from[3]);
    }
    free(rgba);
    return code;
}

static VP8StatusCode copy(const WebPIterator *frame, WebPDecoderConfig *config, uint8_t *target, size_t row_bytes) {
    config->output.colorspace = MODE_RGB;
    config->output.u.RGBA =
        (WebPRGBABuffer){target, (int)row_bytes, row_bytes * ((size_t)frame->height - 1) + (size_t)frame->width * 3};
    return WebPDecode(frame->fragment.bytes, frame->fragment.size, config);
}

static codecs_status decode_frame(
    const WebPIterator *frame, uint32_t width, uint32_t height, uint8_t *rgb, codecs_report *report) {
    WebPDecoderConfig config;
    if (!WebPInitDecoderConfig(&config)) return fail(report, codecs_corrupt, "libwebp is of another version");
    if (!frame->complete) return fail(report, codecs_corrupt, "the file ends too early");
    // Frames lie inside the picture, or the file was refused before; their own data tell their size again.
    VP8StatusCode code = WebPGetFeatures(frame->fragment.bytes, frame->fragment.size, &config.input);
    if (code != VP8_STATUS_OK) return fail_with(report, code);
    uint32_t right = (uint32_t)frame->x_offset + (uint32_t)frame->width;
    uint32_t bottom = (uint32_t)frame->y_offset + (uint32_t)frame->height;
    if (right > width || bottom > height || config.input.width != frame->width || config.input.height != frame->height)
        return fail(report, codecs_corrupt, "a frame does not lie inside the picture");

    size_t row_bytes = (size_t)width * 3;
    if ((uint32_t)frame->width < width || (uint32_t)frame->height < height) memset(rgb, codecs_matte, row_bytes * height);
    uint8_t *target = rgb + (size_t)frame->y_offset * row_bytes + (size_t)frame->x_offset * 3;
    config.output.is_external_memory = 1;
    code = config.input.has_alpha ? blend(frame, &config, target, row_bytes) : copy(frame, &config, target, row_bytes);
    WebPFreeDecBuffer(&config.output);
    return code == VP8_STATUS_OK ? codecs_ok : fail_with(report, code);
}

codecs_status codecs_webp_decode(
    const uint8_t *bytes, size_t count, uint32_t width, uint32_t height, uint8_t *rgb, codecs_report *report) {
    *report = (codecs_report){.message = ""};
    const WebPData data = {bytes, count};
    WebPDemuxState state = WEBP_DEMUX_PARSE_ERROR;
    WebPDemuxer *demuxer = WebPDemuxPartial(&data, &state);
    codecs_status status;
    WebPIterator frame;
    if (demuxer == NULL || state == WEBP_DEMUX_PARSE_ERROR) {
        status = fail_with(report, VP8_STATUS_BITSTREAM_ERROR);
    } else if (state != WEBP_DEMUX_DONE) {
        status = fail_with(report, VP8_STATUS_NOT_ENOUGH_DATA);
    } else if (WebPDemuxGetI(demuxer, WEBP_FF_CANVAS_WIDTH) != width
        || WebPDemuxGetI(demuxer, WEBP_FF_CANVAS_HEIGHT) != height) {
        status = fail(report, codecs_corrupt, "size differs from the header's");
    } else if (!WebPDemuxGetFrame(demuxer, 1, &frame)) {
        status = fail(report, codecs_corrupt, "it has no frame");
    } else {
        status = decode_frame(&frame, width, height, rgb, report);
        WebPDemuxReleaseIterator(&frame);
    }
    WebPDemuxDelete(demuxer);
    return status;
}
