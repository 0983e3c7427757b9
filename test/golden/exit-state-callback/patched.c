#include "kernel.h"
#include <kmend/livepatch.h>

static void *pending;

void __exit leave(void)
{
	consume(0);
	consume(pending != NULL);
	pending = NULL;
}

int check(int n)
{
	consume(n);
	pending = kmalloc(n);
	return n;
}

static void after(struct klp_object *object)
{
	consume(pending != NULL);
	pending = NULL;
}
KMEND_POST_UNPATCH_CALLBACK(after);
