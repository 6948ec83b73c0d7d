#ifndef PAGE_H
#define PAGE_H
#include <stddef.h>

/* The files of the page for people, byte for byte, inside the binary. */
typedef struct {
    const unsigned char *bytes;
    size_t size;
} page_file;

page_file page_markup(void);
page_file page_style(void);
/* The page's scripts, in the order in which they run: 0 to page_script_count() - 1. */
int page_script_count(void);
page_file page_script(int index);
/* The style of the page about the API. */
page_file page_docs_style(void);
#endif
