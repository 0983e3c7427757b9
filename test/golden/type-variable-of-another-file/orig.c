#include "kernel.h"

struct mode { int width, height; };
struct timing { int clock, width, height; };
extern struct mode *current_mode;

int width(void)
{
	return current_mode->width;
}
