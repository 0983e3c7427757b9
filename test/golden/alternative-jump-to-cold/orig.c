#include "kernel.h"

/* static_cpu_has(): the replacement jumps back into the function, here into its cold part. */
static __always_inline int has_feature(void)
{
	__asm__ goto("661:\n\tjmp 6f\n662:\n"
		".pushsection .altinstructions,\"a\"\n"
		"\t.long 661b - .\n\t.long 6641f - .\n\t.word 0x80\n\t.byte 662b-661b\n\t.byte 6651f-6641f\n"
		".popsection\n"
		".pushsection .altinstr_replacement, \"ax\"\n6641:\n\tjmp %l[yes]\n6651:\n.popsection\n"
		".pushsection .altinstr_aux,\"ax\"\n6:\n\ttestb $1, cap_byte(%%rip)\n\tjnz %l[yes]\n\tjmp %l[no]\n.popsection\n"
		:: : : yes, no);
yes:
	return 1;
no:
	return 0;
}

int check(int n)
{
	consume(n);
	if (unlikely(n < 0)) {
		printk("negative\n");
		if (has_feature())
			printk("feature %d\n", n);
	}
	return n;
}
