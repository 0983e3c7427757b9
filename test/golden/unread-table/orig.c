#include "kernel.h"
extern int throttle(int n);
struct governor { int (*run)(int n); int rate; };

static struct governor fair = { throttle, 1 };
static struct governor *entry_fair __used __section("__governor_table") = &fair;

static int __UNIQUE_ID_quirk7 __used __section("quirks") = 5;

static int __UNIQUE_ID_level7 __used __section("levels") = 5;

__asm__(".pushsection .rodata.image, \"a\"\n"
	".globl image\n"
	"image: .long 1, 2\n"
	".popsection");

int check(int n)
{
	__asm__ __volatile__("1: nop\n.pushsection .sites, \"a\"\n.long 1b - ., 7\n.popsection");
	return n;
}
