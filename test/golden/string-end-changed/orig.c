#include "kernel.h"

extern void write_up_to(const char *end);

char flag_before(long n)
{
	return ("abcd" - 1)[n];
}

void write_flags(void)
{
	write_up_to("rwxs" + 5);
}

void write_same(void)
{
	write_up_to("same" + 5);
}

void write_tail(void)
{
	write_up_to("a tail" + 2);
}
