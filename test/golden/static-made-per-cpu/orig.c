#include "kernel.h"

static int users;

int get(void)
{
	return ++users;
}

int put(void)
{
	return --users;
}
