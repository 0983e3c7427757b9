#include "kernel.h"

struct session { long id; long state; };

void *create(void)
{
	return kmalloc(sizeof(struct session));
}
