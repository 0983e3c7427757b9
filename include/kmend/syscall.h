/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
/*
 * Defines a system call in a patch as SYSCALL_DEFINE0 ... SYSCALL_DEFINE6 do, without the records that tracing keeps of each system call. The
 * running kernel has those already: needed only where a patch would otherwise bring or change them, since kmend leaves unchanged ones alone.
 * Licence: see kmend/livepatch.h.
 *
 * A file that defines system calls includes <linux/syscalls.h>. This header does not: kpatch-macros.h brings it to files that define none, and what
 * types a file knows goes into the checksums of its exports.
 */
#ifndef KMEND_SYSCALL_H
#define KMEND_SYSCALL_H

#ifdef CONFIG_X86_64 /* and not whether __X64_SYS_STUB0 is there: <linux/syscalls.h> may come later */
#define KMEND_SYSCALL_DEFINE0(name)							\
	static long __do_sys_##name(const struct pt_regs *__unused);			\
	__X64_SYS_STUB0(name)								\
	__IA32_SYS_STUB0(name)								\
	static long __do_sys_##name(const struct pt_regs *__unused)
#else
#define KMEND_SYSCALL_DEFINE0(name)							\
	asmlinkage long sys_##name(void);						\
	asmlinkage long sys_##name(void)
#endif

#define KMEND_SYSCALL_DEFINE1(name, ...) __SYSCALL_DEFINEx(1, _##name, __VA_ARGS__)
#define KMEND_SYSCALL_DEFINE2(name, ...) __SYSCALL_DEFINEx(2, _##name, __VA_ARGS__)
#define KMEND_SYSCALL_DEFINE3(name, ...) __SYSCALL_DEFINEx(3, _##name, __VA_ARGS__)
#define KMEND_SYSCALL_DEFINE4(name, ...) __SYSCALL_DEFINEx(4, _##name, __VA_ARGS__)
#define KMEND_SYSCALL_DEFINE5(name, ...) __SYSCALL_DEFINEx(5, _##name, __VA_ARGS__)
#define KMEND_SYSCALL_DEFINE6(name, ...) __SYSCALL_DEFINEx(6, _##name, __VA_ARGS__)

#endif
