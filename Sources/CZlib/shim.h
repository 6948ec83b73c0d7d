// zlib, which libpng needs too: for request bodies that come compressed.
#include <zlib.h>
