#include "kernel.h"

struct mode { int width, height; };
static const struct mode modes[4] = { { 1, 1 }, { 2, 2 }, { 3, 3 }, { 4, 4 } };

const struct mode *mode_at(int n)
{
	return &modes[n & 3];
}

int index_of(const struct mode *mode)
{
	return mode - modes;
}
