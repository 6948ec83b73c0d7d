#ifndef TRUST_H
#define TRUST_H

#include <stdbool.h>

/// From now on TLS connections of this process trust the authorities in a PEM file and no others. Before the first
/// connection; Foundation's URLSession has no way to say so on Linux.
/// Returns false when the path is too long.
bool trust_only(const char *path);

#endif
