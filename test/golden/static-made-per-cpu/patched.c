#include "kernel.h"

static DEFINE_PER_CPU(int, users);

int get(void)
{
	this_cpu_write(users, this_cpu_read(users) + 1);
	return this_cpu_read(users);
}

int put(void)
{
	this_cpu_write(users, this_cpu_read(users) - 1);
	return this_cpu_read(users);
}
