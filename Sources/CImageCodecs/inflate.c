#include "CImageCodecs.h"

#include <zlib.h>

size_t codecs_inflate(const uint8_t *bytes, size_t count, uint8_t *target, size_t capacity) {
    uLongf length = capacity;
    return uncompress(target, &length, bytes, count) == Z_OK ? length : 0;
}
