#include "kernel.h"

/* include/linux/init.h, with CONFIG_HAVE_ARCH_PREL32_RELOCATIONS */
#define initcall(count, function) \
	asm(".section .initcall6.init, \"a\"\n__initcall__kmod_unit__" #count "_" #function "6:\n.long " #function " - .\n.previous")
/* drivers/pci/quirks.c */
#define quirk(vendor, function) \
	asm(".section .pci_fixup_final, \"a\"\n.balign 16\n.short " #vendor ", 0, 0, 0\n.long 0, " #function " - .\n.previous")
#define __setup __used __section(".init.setup") __attribute__((__aligned__(8)))

struct option {
	const char *text;
	const int *values;
};

extern int register_unit(const char *name);

static noinline int __init early(void)
{
	return register_unit("early");
}

int __init all(void)
{
	return early() + early();
}

static int __used __init first(void)
{
	return register_unit("first");
}

static int __used __init second(void)
{
	return register_unit("second");
}

initcall(101_20, first);
initcall(102_30, second);
quirk(1, first);
quirk(2, second);
static const int values_12[] = { 1, 2 };
static const struct option __UNIQUE_ID_option12 __setup = { "option", values_12 };
