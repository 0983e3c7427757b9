#include "kernel.h"

struct point { int x, y, z; };

static noinline int height(struct point *point)
{
	int z = point->z;
	consume(z);
	return z + produce();
}

int above(struct point *point)
{
	return height(point) > 3;
}

int below(struct point *point)
{
	return height(point) < 3;
}
