#include "kernel.h"

int __meminit add_section(int nr)
{
	if (nr < 0)
		return -22;
	return nr + produce();
}
