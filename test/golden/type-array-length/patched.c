#include "kernel.h"

struct table { int used; int slots[8]; int spare; int rest[]; };

int used_of(struct table *table)
{
	consume(2);
	return table->used;
}

int rest_of(struct table *table)
{
	return table->rest[0];
}
