// The chunks of a PNG file that libpng is to see, for untrusted bytes.
//
// libpng gets IHDR, PLTE, tRNS, IDAT, IEND and what it has to refuse: critical chunks that nobody knows. All others are
// skipped here, whatever their size, by their checksum alone, and so are palettes and transparency that stand where the
// format forbids them. libpng itself ends the decoding at some of these and bounds the size of all.
#ifndef PNG_CHUNKS_H
#define PNG_CHUNKS_H

#include <stddef.h>
#include <stdint.h>

enum { png_longest_palette = 3 * 256 };

typedef struct {
    // The file from the first byte that was not handed out.
    const uint8_t *next;
    size_t left;
    // Bytes of the current chunk that are still to be handed out as they are; where none are, a chunk begins.
    size_t whole;
    // A palette that was cut: handed out in place of the file's.
    uint8_t cut[png_longest_palette + 12];
    size_t cut_next, cut_count;
    // What the chunks so far tell.
    uint8_t bit_depth, color_type;
    uint32_t palette_entries;
    int has_header, has_palette, has_transparency, has_data, was_data_left;
    // Set by the reader when it needs no more data.
    int has_all_rows;
    // Of codecs_oddity.
    uint32_t oddities;
} png_chunks;

png_chunks png_chunks_of(const uint8_t *bytes, size_t count);

// Fills `target`. Returns why it can't, or NULL.
const char *png_chunks_read(png_chunks *chunks, uint8_t *target, size_t count);

#endif
