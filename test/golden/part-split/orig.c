#include "kernel.h"

static int handle(int *p)
{
	if (likely(!p))
		return 0;
	consume(*p);
	consume(*p + 1);
	consume(*p + 2);
	consume(*p + 3);
	consume(*p + 4);
	consume(*p + 5);
	consume(*p + 6);
	consume(*p + 7);
	return produce() + *p;
}

int first(int *p)
{
	consume(1);
	return handle(p) + 1;
}

int second(int *p)
{
	consume(2);
	return handle(p) + 2;
}

int third(int *p)
{
	consume(3);
	return handle(p) + 3;
}
