#include "kernel.h"

static noinline void retract(int n)
{
	consume(-n);
}

static void shut(int n)
{
	consume(n * 3);
}

/* Used by nothing: the file that registers it is left out. */
void (*shutters[1])(int) = { shut };

/* Called by a file that the patch leaves out, and alone in calling retract. */
void unpublish(int n)
{
	retract(n);
	consume(n);
}

/* Called by the other file of the patch. */
void publish(int n)
{
	consume(n + 1);
}

static void open(int n)
{
	consume(n * 2);
}

/* Used by the other file of the patch. */
void (*openers[1])(int) = { open };

int check(int n)
{
	return n + produce() + 1;
}
