#include "kernel.h"

struct session { long id; long state; long owner; };

void *create(void)
{
	return kmalloc(sizeof(struct session));
}
