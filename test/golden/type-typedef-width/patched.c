#include "kernel.h"

typedef unsigned int slot_t;
struct table { void *slots; };

int slot_at(struct table *table, int n)
{
	return ((slot_t *)table->slots)[n];
}
