#include "kernel.h"

void publish(int (*handler)(int))
{
}

int hidden(int n)
{
	return n + produce();
}
__asm__(".pushsection .ibt_endbr_seal, \"a\"\n\t.long hidden - .\n\t.popsection");

int open(int n)
{
	return n - produce();
}
