#include "kernel.h"

struct mode { int width, height; };
struct timing { int clock, width, height; };
struct timing *current_mode;

void set_mode(void *mode)
{
	current_mode = mode;
}
