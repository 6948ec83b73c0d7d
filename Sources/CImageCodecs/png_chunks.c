#include "png_chunks.h"

#include <string.h>

#include <zlib.h>

#include "CImageCodecs.h"

enum { signature_bytes = 8, frame_bytes = 12 };  // of a chunk: length, name, checksum
enum { gray = 0, color = 2, indexed = 3 };        // colour types; the others have an alpha channel
static const char *const too_short = "the file ends too early";

static uint32_t big_endian(const uint8_t *bytes) {
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

static void put_big_endian(uint32_t value, uint8_t *target) {
    for (int i = 0; i < 4; i++) target[i] = (uint8_t)(value >> (24 - 8 * i));
}

png_chunks png_chunks_of(const uint8_t *bytes, size_t count) {
    return (png_chunks){.next = bytes, .left = count, .whole = signature_bytes};
}

static int is_named(const uint8_t *chunk, const char *name) { return memcmp(chunk + 4, name, 4) == 0; }

// Chunks whose name begins with a small letter are ancillary: the picture can be decoded without them. Names of other
// characters than letters are left to libpng, which refuses them.
static int is_ancillary(const uint8_t *chunk) {
    for (int i = 4; i < 8; i++) {
        uint8_t letter = chunk[i] | 0x20;
        if (letter < 'a' || letter > 'z') return 0;
    }
    return chunk[4] & 0x20;
}

// What to do with a chunk: hand it out, skip it, or hand out so many bytes of it; or why the file is refused.
typedef struct {
    int is_skipped;
    uint32_t length;
    const char *fault;
} verdict;

static verdict pass(uint32_t length) { return (verdict){0, length, NULL}; }
static verdict skip(void) { return (verdict){1, 0, NULL}; }
static verdict skip_odd(png_chunks *c, uint32_t oddity) {
    c->oddities |= oddity;
    return skip();
}

static verdict judge_header(png_chunks *c, uint32_t length) {
    if (!c->has_header && length == 13 && c->left >= 8 + 13) c->bit_depth = c->next[16], c->color_type = c->next[17];
    c->has_header = 1;
    return pass(length);
}

// Of two palettes the first counts, as libpng has it of all other chunks that stand twice.
static verdict judge_palette(png_chunks *c, uint32_t length) {
    if (c->has_palette) return skip_odd(c, codecs_repeated_palette);
    if (c->has_data || !(c->color_type & color)) return skip_odd(c, codecs_misplaced_palette);
    c->has_palette = 1;
    // Of a picture in colour it is a hint for screens of few colours.
    if (c->color_type != indexed) return length > png_longest_palette ? skip_odd(c, codecs_long_palette) : skip();
    uint32_t longest = c->bit_depth < 8 ? 3u << c->bit_depth : png_longest_palette;
    c->palette_entries = (length < longest ? length : longest) / 3;
    if (length <= longest) return pass(length);
    c->oddities |= codecs_long_palette;
    return pass(longest);
}

// Transparency of a wrong length is not read, as in browsers.
static verdict judge_transparency(png_chunks *c, uint32_t length) {
    if (c->has_transparency) return skip_odd(c, codecs_repeated_transparency);
    if (c->has_data || (c->color_type == indexed && !c->has_palette))
        return skip_odd(c, codecs_misplaced_transparency);
    int fits = 0;
    switch (c->color_type) {
    case gray: fits = length == 2; break;
    case color: fits = length == 6; break;
    case indexed: fits = length > 0 && length <= c->palette_entries; break;
    default: return skip_odd(c, codecs_misplaced_transparency);
    }
    if (!fits) return skip_odd(c, codecs_transparency_length);
    c->has_transparency = 1;
    return pass(length);
}

// The data must be in one piece; no decoder looks for more of them behind another chunk.
static verdict judge_data(png_chunks *c, uint32_t length) {
    // After the last row there may still be the end of zlib's stream: an empty block and a checksum.
    const uint32_t longest_end = 16;
    c->has_data = 1;
    if (c->has_all_rows && length > longest_end) c->oddities |= codecs_extra_data;
    if (!c->was_data_left) return pass(length);
    if (c->has_all_rows) return skip_odd(c, codecs_extra_data);
    return (verdict){0, 0, "the pixel data are not in one piece"};
}

static verdict judge(png_chunks *c, uint32_t length) {
    if (is_named(c->next, "IHDR")) return judge_header(c, length);
    if (is_named(c->next, "PLTE")) return judge_palette(c, length);
    if (is_named(c->next, "tRNS")) return judge_transparency(c, length);
    if (is_named(c->next, "IDAT")) return judge_data(c, length);
    return is_ancillary(c->next) ? skip() : pass(length);
}

// A chunk of which the first `length` bytes are handed out, under a checksum of their own.
static void cut(png_chunks *c, uint32_t length) {
    put_big_endian(length, c->cut);
    memcpy(c->cut + 4, c->next + 4, 4 + (size_t)length);
    put_big_endian((uint32_t)crc32(0, c->cut + 4, 4 + length), c->cut + 8 + length);
    c->cut_next = 0;
    c->cut_count = frame_bytes + length;
}

// Goes to the next chunk that is handed out.
static const char *begin_chunk(png_chunks *c) {
    while (c->left >= frame_bytes) {
        uint32_t length = big_endian(c->next);
        verdict verdict = judge(c, length);
        if (verdict.fault) return verdict.fault;
        size_t whole = (size_t)length + frame_bytes;
        if (!verdict.is_skipped && verdict.length == length) {
            c->whole = whole;
            return NULL;
        }
        if (whole > c->left) return too_short;
        const uint8_t *checksum = c->next + 8 + length;
        if ((uint32_t)crc32_z(0, c->next + 4, 4 + (size_t)length) != big_endian(checksum))
            return "the checksum of a chunk is wrong";
        if (!verdict.is_skipped) cut(c, verdict.length);
        if (verdict.is_skipped) c->was_data_left = c->has_data;
        c->next += whole;
        c->left -= whole;
        if (!verdict.is_skipped) return NULL;
    }
    return too_short;
}

const char *png_chunks_read(png_chunks *c, uint8_t *target, size_t count) {
    while (count > 0) {
        size_t cut_left = c->cut_count - c->cut_next;
        if (cut_left == 0 && c->whole == 0) {
            const char *reason = begin_chunk(c);
            if (reason) return reason;
            continue;
        }
        size_t most = cut_left > 0 ? cut_left : c->whole < c->left ? c->whole : c->left;
        if (most == 0) return too_short;
        size_t part = count < most ? count : most;
        memcpy(target, cut_left > 0 ? c->cut + c->cut_next : c->next, part);
        target += part;
        count -= part;
        if (cut_left > 0) {
            c->cut_next += part;
        } else {
            c->next += part;
            c->left -= part;
            c->whole -= part;
        }
    }
    return NULL;
}
