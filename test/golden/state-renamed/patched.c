#include "kernel.h"

static int nr_users;
static int errors;

int get(void)
{
	return ++nr_users - produce();
}

int put(void)
{
	static int lowest;
	static int highest;
	if (nr_users < lowest)
		lowest = nr_users;
	if (nr_users > highest)
		highest = nr_users;
	return --nr_users + lowest;
}

int fail(void)
{
	static int failures;
	return ++errors + ++failures;
}
