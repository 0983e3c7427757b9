#include "kernel.h"
#define NAME u"SecureBoot"
extern void show(const unsigned short *text);

void check(void)
{
	show(NAME);
}

void other(void)
{
	show(NAME + 6);
}

void third(void)
{
	show(u"SetupMode");
}
