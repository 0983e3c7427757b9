#include "kernel.h"

void install(int (*handler)(int));

static noinline int on_timer(int x)
{
	return x * produce() + 3;
}

static noinline int check(int x)
{
	return x * produce() + 3;
}

int use(int x)
{
	return check(x) + 1;
}

__init void start(void)
{
	install(on_timer);
}
