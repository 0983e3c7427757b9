/* What is in the image of every small kernel: the other side of kernel.h, and the kernel's types of entries in special sections. */
#include "kernel.h"

struct bug_entry { int bug_addr_disp; int file_disp; u16 line; u16 flags; };
struct exception_table_entry { int insn; int fixup; int data; };
struct jump_entry { int code; int target; long key; };
struct alt_instr { int instr_offset; int repl_offset; u16 cpuid; unsigned char instrlen; unsigned char replacementlen; };
struct paravirt_patch_site { unsigned char *instr; unsigned char type; unsigned char len; };
struct static_call_site { int addr; int key; };

int printk(const char *format, ...) { return 0; }
void *kmalloc(size_t size) { return NULL; }
void consume(int value) { }
int produce(void) { return 0; }
void *klp_shadow_get_or_alloc(void *owner, unsigned long id, size_t size, unsigned int gfp, void *constructor, void *data) { return NULL; }

__asm__(".text\n"
	".globl __fentry__\n__fentry__:\tret\n"
	".globl __x86_return_thunk\n__x86_return_thunk:\tret\n"
	".globl __x86_indirect_thunk_rax\n__x86_indirect_thunk_rax:\tjmp *%rax\n");
