/* The parts of the kernel's headers that decide how code is laid out, in small. */
typedef unsigned long size_t;
typedef unsigned short u16;

#define NULL ((void *)0)
#define noinline __attribute__((__noinline__))
#define __always_inline inline __attribute__((__always_inline__))
#define __section(name) __attribute__((__section__(name)))
#define __used __attribute__((__used__))
#define __cold __attribute__((__cold__))
#define __weak __attribute__((__weak__))
#define __alias(name) __attribute__((__alias__(#name)))
#define notrace __attribute__((__no_instrument_function__))
#define __init __section(".init.text") __cold
#define __initdata __section(".init.data")
#define __meminit __section(".meminit.text") __cold notrace
#define __ref __section(".ref.text") noinline
#define __exit __section(".exit.text") __cold notrace
#define __ro_after_init __section(".data..ro_after_init")
#define __read_mostly __section(".data..read_mostly")
#define __cpuidle __section(".cpuidle.text")
#define noinstr noinline notrace __section(".noinstr.text")
#define likely(x) __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)
#define barrier() __asm__ __volatile__("" ::: "memory")

extern int printk(const char *format, ...) __cold;
extern void *kmalloc(size_t size);
extern void consume(int value);
extern int produce(void);

/* include/linux/export.h */
#define EXPORT_SYMBOL(name) \
	__asm__(".section \"___ksymtab+" #name "\", \"a\"\n__ksymtab_" #name ":\t.long " #name " - .\n.previous")
#define EXPORT_SYMBOL_NS(name, namespace)                                                               \
	__asm__(".section \"__ksymtab_strings\", \"aMS\", %progbits, 1\n__kstrtab_" #name ":\t.asciz \"" #name "\"\n" \
		"__kstrtabns_" #name ":\t.asciz \"" #namespace "\"\n.previous");                      \
	EXPORT_SYMBOL(name)

/* arch/x86/include/asm/bug.h */
#define BUG_ENTRY(flags)                                                        \
	__asm__ __volatile__("1:\t.byte 0x0f, 0x0b\n"                           \
		".pushsection __bug_table,\"aw\"\n"                             \
		"2:\t.long 1b - .\n\t.long %c0 - .\n\t.word %c1\n\t.word %c2\n" \
		"\t.org 2b+%c3\n"                                               \
		".popsection\n"                                                 \
		:: "i"(__FILE__), "i"(__LINE__), "i"(flags), "i"(12))
#define BUG() do { BUG_ENTRY(0); __builtin_unreachable(); } while (0)
#define WARN_ON(condition) ({                    \
	int warned_ = !!(condition);             \
	if (unlikely(warned_)) BUG_ENTRY(1 << 0); \
	unlikely(warned_);                       \
})

/* include/linux/percpu-defs.h, arch/x86/include/asm/percpu.h */
#define DEFINE_PER_CPU(type, name) __section(".data..percpu") __typeof__(type) name
#define this_cpu_read(name) ({ __typeof__(name) value_; __asm__ __volatile__("mov %%gs:%1, %0" : "=r"(value_) : "m"(name)); value_; })
#define this_cpu_write(name, value) __asm__ __volatile__("mov %1, %%gs:%0" : "+m"(name) : "r"((__typeof__(name))(value)))

/* arch/x86/include/asm/asm.h */
#define get_user(to, from) ({                                                        \
	int error_ = 0;                                                              \
	__asm__ __volatile__("1:\tmovl %2, %1\n2:\n"                                 \
		".pushsection \"__ex_table\",\"a\"\n\t.balign 4\n"                   \
		"\t.long (1b) - .\n\t.long (2b) - .\n\t.long 3\n.popsection\n"       \
		: "+r"(error_), "=r"(to) : "m"(*(from)));                            \
	error_;                                                                      \
})

/* arch/x86/include/asm/jump_label.h */
struct static_key { int enabled; void *entries; };
static __always_inline int static_branch(struct static_key *key)
{
	__asm__ goto("1:\t.byte 0x0f,0x1f,0x44,0x00,0x00\n\t"
		".pushsection __jump_table, \"aw\"\n\t.balign 8\n\t"
		".long 1b - .\n\t.long %l[yes] - .\n\t.quad %c0 + %c1 - .\n\t.popsection\n"
		:: "i"(key), "i"(0) :: yes);
	return 0;
yes:
	return 1;
}

/* include/linux/static_call.h, and the entry that objtool makes */
#define DECLARE_STATIC_CALL(name) extern void *__SCK__##name[2]
#define DEFINE_STATIC_CALL(name)                                                \
	void *__SCK__##name[2];                                                 \
	__asm__(".text\n.globl __SCT__" #name "\n__SCT__" #name ":\tret\n")
#define static_call(name)                                                       \
	__asm__ __volatile__("1:\tcall __SCT__" #name "\n"                     \
		".pushsection .static_call_sites,\"aw\"\n"                     \
		"\t.long 1b - .\n\t.long __SCK__" #name " - .\n.popsection" ::: "memory")

/* arch/x86/include/asm/alternative.h */
#define alternative(old, new, feature)                                              \
	__asm__ __volatile__("661:\n\t" old "\n662:\n"                              \
		".skip -(((6641f-6640f)-(662b-661b)) > 0) * ((6641f-6640f)-(662b-661b)),0x90\n" \
		".pushsection .altinstructions,\"a\"\n"                             \
		"\t.long 661b - .\n\t.long 6640f - .\n\t.word " #feature "\n"      \
		"\t.byte 663f-661b\n\t.byte 6641f-6640f\n.popsection\n"             \
		"663:\n"                                                            \
		".pushsection .altinstr_replacement, \"ax\"\n"                      \
		"6640:\n\t" new "\n6641:\n.popsection\n" ::: "memory")

/* arch/x86/include/asm/runtime-const.h */
#define runtime_const_ptr(sym) ({                                             \
	size_t value_;                                                        \
	__asm__("mov %1,%0\n1:\n"                                             \
		".pushsection runtime_ptr_" #sym ",\"a\"\n\t"                 \
		".long 1b - 8 - .\n\t.popsection"                             \
		: "=r"(value_) : "i"(0x0123456789abcdefull));                 \
	value_;                                                               \
})
#define runtime_const_shift_right_32(val, sym) ({                             \
	unsigned int value_ = (val);                                          \
	__asm__("shrl $12,%k0\n1:\n"                                          \
		".pushsection runtime_shift_" #sym ",\"a\"\n\t"               \
		".long 1b - 1 - .\n\t.popsection"                             \
		: "+r"(value_));                                              \
	value_;                                                               \
})
