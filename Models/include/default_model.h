#ifndef DEFAULT_MODEL_H
#define DEFAULT_MODEL_H
#include <stddef.h>

const unsigned char *default_model_bytes(void);
size_t default_model_size(void);
#endif
