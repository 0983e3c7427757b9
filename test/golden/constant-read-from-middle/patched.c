#include "kernel.h"

extern void send(const void *data, size_t size);

int write_names(int n)
{
	send("alpha\0beta\0gamma with a LONGER tail", 36);
	return n + produce();
}

int write_rest(int n)
{
	send("alpha\0beta\0gamma with a LONGER tail" + 6, 30);
	return n - produce();
}
