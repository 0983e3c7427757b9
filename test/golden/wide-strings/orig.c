#include "kernel.h"
extern void show(const unsigned short *text);

int check(int n)
{
	show(u"alpha");
	show(u"beta");
	return n;
}

int other(int n)
{
	show(u"gamma");
	return n;
}
