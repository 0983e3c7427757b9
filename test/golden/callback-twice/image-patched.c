#include "kernel.h"

#include <kmend/livepatch.h>

int ask(int n)
{
	return n + produce() + 1;
}

static int before_ask(struct klp_object *object)
{
	return 0;
}
KMEND_PRE_PATCH_CALLBACK(before_ask);
