#include "kernel.h"
#include <kmend/livepatch.h>

extern int check(int n);
extern int queue;

int user(void)
{
	return check(1);
}

static int begin(struct klp_object *object)
{
	queue = 3;
	return 0;
}
KMEND_PRE_PATCH_CALLBACK(begin);
