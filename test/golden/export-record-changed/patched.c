#include "kernel.h"

#define EXPORT(name, license, ns) \
	__asm__(".section \".export_symbol\", \"a\"\n__export_symbol_" #name ":\n\t.asciz \"" license "\"\n\t.asciz \"" ns \
		"\"\n\t.balign 8\n\t.quad " #name "\n.previous")

int check(int n)
{
	return n + produce();
}
EXPORT(check, "GPL", "");

int ask(int n)
{
	return n - produce();
}
EXPORT(ask, "GPL", "STORE");

int tell(int n)
{
	return n * produce();
}
EXPORT(tell, "GPL", "");
