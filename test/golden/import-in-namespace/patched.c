#include "kernel.h"

extern void draw(int n);
extern void hook(int n);
extern void tell(int n);

int check(int n)
{
	tell(n);
	draw(n);
	hook(n);
	return n + produce();
}
