#include "kernel.h"

extern void publish(int (*handler)(int));
extern int hidden(int n);
extern int open(int n);

int check(int n)
{
	return hidden(n) + open(n);
}
