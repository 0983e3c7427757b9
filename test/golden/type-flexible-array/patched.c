#include "kernel.h"

struct table {
	long count;
	unsigned long slot[];
};

extern struct table *find(int id);

long slot(int id, int index)
{
	struct table *table = find(id);

	return table->slot[index];
}

long count(int id)
{
	return find(id)->count + 1;
}
