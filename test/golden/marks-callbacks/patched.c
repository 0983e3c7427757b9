#include "kernel.h"

static int limit = 3;

int check(int n)
{
	return n >= limit;
}

void set(int n)
{
	limit = n;
}

#include <kmend/livepatch.h>

static int ready;

static noinline int prepare(int n)
{
	return kmalloc(n) == NULL;
}

static int before(struct klp_object *object)
{
	limit = 4;
	return prepare(8);
}

static void after(struct klp_object *object)
{
	ready = 1;
	limit = 3;
}

KMEND_PRE_PATCH_CALLBACK(before);
KMEND_POST_UNPATCH_CALLBACK(after);
KMEND_STATE(7, 2);
