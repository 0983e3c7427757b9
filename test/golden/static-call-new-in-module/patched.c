#include "kernel.h"

void handle(void)
{
	consume(1);
}

void *__SCK__hook[2] = { handle };
__asm__(".pushsection .static_call.text, \"ax\"\n.type __SCT__hook, @function\n__SCT__hook:\tjmp handle\n.size __SCT__hook, . - __SCT__hook\n.popsection\n");

int check(int n)
{
	static_call(hook);
	return n + produce();
}
