#include "kernel.h"

/* As FOP_FUNC of arch/x86/kvm/emulate.c: a function without a size. */
asm(".pushsection .text, \"ax\"\n"
    ".globl em_first\n.type em_first, @function\nem_first:\n\tmovl $1, %eax\n\tret\n"
    ".balign 16\n"
    "em_second:\n\tmovl $2, %eax\n\tjmp finish_all\n"
    ".popsection\n");

int em_first(void);

int check(int value)
{
	return value + em_first();
}
