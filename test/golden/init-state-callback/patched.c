#include "kernel.h"

#include <kmend/livepatch.h>

static void *table;
static void *queue;

int __init setup(void)
{
	table = kmalloc(64);
	queue = kmalloc(32);
	return 0;
}

int check(int n)
{
	consume(table == NULL);
	consume(*(int *)queue);
	return n;
}

void *steal(void)
{
	void *old = queue;
	queue = NULL;
	return old;
}

static int before(struct klp_object *object)
{
	queue = kmalloc(32);
	return queue == NULL ? -12 : 0;
}
KMEND_PRE_PATCH_CALLBACK(before);
