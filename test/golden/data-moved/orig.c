#include "kernel.h"

static char clock[64];
static char page[4096];
static char frame[64];
static char counters[40];
static int limit = 4;
extern void show(void *at);

void check(void)
{
	show(clock);
	show(page);
	show(frame);
	show(counters);
	show(&limit);
}
