#include "kernel.h"

extern void hook(int n);
extern void send(int n);

void start(int n)
{
	hook(n);
	send(n);
}
