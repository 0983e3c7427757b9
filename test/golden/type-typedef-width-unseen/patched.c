#include "kernel.h"

typedef unsigned int slot_t;
struct table { void *slots; };

int is_empty(struct table *table)
{
	consume(2);
	return !table->slots;
}
