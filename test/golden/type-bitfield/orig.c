#include "kernel.h"

struct flags { unsigned int ready : 1; unsigned int busy : 1; unsigned int kind : 6; };

int is_busy(struct flags *flags)
{
	return flags->busy;
}

int is_ready(struct flags *flags)
{
	consume(1);
	return flags->ready;
}
