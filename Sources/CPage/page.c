#include "page.h"

#pragma clang diagnostic ignored "-Wc23-extensions" /* #embed: every compiler that builds Swift 6.3 has it */

static const unsigned char markup[] = {
#embed "page.html"
};
static const unsigned char style[] = {
#embed "page.css"
};
static const unsigned char service[] = {
#embed "service.js"
};
static const unsigned char drawing[] = {
#embed "drawing.js"
};
static const unsigned char label[] = {
#embed "label.js"
};
static const unsigned char jobs[] = {
#embed "jobs.js"
};

static const unsigned char docs_style[] = {
#embed "docs.css"
};

static const page_file scripts[] = {
    {service, sizeof service}, {drawing, sizeof drawing}, {label, sizeof label}, {jobs, sizeof jobs}};

page_file page_markup(void) { return (page_file){markup, sizeof markup}; }
page_file page_style(void) { return (page_file){style, sizeof style}; }
int page_script_count(void) { return sizeof scripts / sizeof scripts[0]; }
page_file page_script(int index) { return scripts[index]; }
page_file page_docs_style(void) { return (page_file){docs_style, sizeof docs_style}; }
