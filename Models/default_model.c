#include "default_model.h"

/* The model file, byte for byte, inside the binary: one file to deploy. */
#pragma clang diagnostic ignored "-Wc23-extensions" /* #embed: every compiler that builds Swift 6.3 has it */

static const unsigned char bytes[] = {
#embed "default.safetensors"
};

const unsigned char *default_model_bytes(void) { return bytes; }
size_t default_model_size(void) { return sizeof bytes; }
