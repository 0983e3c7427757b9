#include "kernel.h"

extern void __static_call_update(void *key, void *trampoline, void *func);
extern void __SCT__hook(void);
DECLARE_STATIC_CALL(hook);

static void nothing(void)
{
}

static void note(void)
{
	consume(1);
}

/* DEFINE_STATIC_CALL(fresh, nothing) */
void *__SCK__fresh[2] = { nothing };
extern void __SCT__fresh(void);
__asm__(".pushsection .static_call.text, \"ax\"\n.globl __SCT__fresh\n.type __SCT__fresh, @function\n__SCT__fresh:\tjmp nothing\n.size __SCT__fresh, . - __SCT__fresh\n.popsection\n");

int check(int n)
{
	__static_call_update(__SCK__hook, __SCT__hook, note);
	__static_call_update(__SCK__fresh, __SCT__fresh, note);
	static_call(fresh);
	return n + produce();
}
