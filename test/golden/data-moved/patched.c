#include "kernel.h"

static char clock[64] __section(".bss..decrypted");
static char page[4096] __section(".bss..page_aligned") __attribute__((aligned(4096)));
static char frame[64] __attribute__((aligned(4096)));
static char counters[40] __attribute__((aligned(64)));
static int limit __read_mostly = 4;
extern void show(void *at);

void check(void)
{
	show(clock);
	show(page);
	show(frame);
	show(counters);
	show(&limit);
}
