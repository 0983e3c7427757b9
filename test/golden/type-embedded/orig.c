#include "kernel.h"

struct inner { int a; int b; };
struct outer { struct inner inner; int after; };

int last(struct outer *outer)
{
	return outer->after;
}
