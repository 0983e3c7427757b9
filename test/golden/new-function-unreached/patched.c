#include "kernel.h"

/* Called by a file that the patch leaves out. */
void unpublish(int n)
{
	consume(n);
}

/* Called by the other file of the patch. */
void publish(int n)
{
	consume(n + 1);
}

int check(int n)
{
	return n + produce() + 1;
}
