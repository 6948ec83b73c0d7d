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
static const unsigned char token[] = {
#embed "token.js"
};
static const unsigned char tips[] = {
#embed "tips.js"
};
static const unsigned char drawing[] = {
#embed "drawing.js"
};
static const unsigned char classes[] = {
#embed "classes.js"
};
static const unsigned char image[] = {
#embed "image.js"
};
static const unsigned char figures[] = {
#embed "figures.js"
};
static const unsigned char result[] = {
#embed "result.js"
};
static const unsigned char label[] = {
#embed "label.js"
};
static const unsigned char jobs[] = {
#embed "jobs.js"
};
static const unsigned char events[] = {
#embed "events.js"
};
static const unsigned char gallery[] = {
#embed "gallery.js"
};
static const unsigned char viewer[] = {
#embed "viewer.js"
};
static const unsigned char start[] = {
#embed "start.js"
};

static const unsigned char docs_style[] = {
#embed "docs.css"
};

static const page_file scripts[] = {
    {service, sizeof service}, {token, sizeof token},     {tips, sizeof tips},       {drawing, sizeof drawing},
    {classes, sizeof classes}, {image, sizeof image},     {figures, sizeof figures}, {result, sizeof result},
    {label, sizeof label},     {jobs, sizeof jobs},       {events, sizeof events},   {gallery, sizeof gallery},
    {viewer, sizeof viewer},   {start, sizeof start}};

page_file page_markup(void) { return (page_file){markup, sizeof markup}; }
page_file page_style(void) { return (page_file){style, sizeof style}; }
int page_script_count(void) { return sizeof scripts / sizeof scripts[0]; }
page_file page_script(int index) { return scripts[index]; }
page_file page_docs_style(void) { return (page_file){docs_style, sizeof docs_style}; }
