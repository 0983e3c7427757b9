#include "kernel.h"

extern int elsewhere(int n);
extern void publish(int (*handler)(int));

void start(int n)
{
	publish(elsewhere);
	consume(n);
}
