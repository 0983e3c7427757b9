#include "kernel.h"

enum { FIRST = 1, SECOND };

int is_second(int kind)
{
	return kind == SECOND;
}
