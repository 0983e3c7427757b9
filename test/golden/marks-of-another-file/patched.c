#include "kernel.h"

#include <kmend/livepatch.h>

extern int limit;
extern int before(struct klp_object *object);

int check(int n)
{
	return n >= limit;
}
KMEND_IGNORE_DATA(limit);
KMEND_PRE_PATCH_CALLBACK(before);
