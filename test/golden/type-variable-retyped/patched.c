#include "kernel.h"

struct old { int a; int b; };
struct new { int b; int a; };
static struct new *first;

int check(void)
{
	return first->a;
}

void set(void *p)
{
	first = p;
}
