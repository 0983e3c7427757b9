/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
/* The names that patches written for kpatch use: see kmend/syscall.h. */
#ifndef KMEND_KPATCH_SYSCALL_H
#define KMEND_KPATCH_SYSCALL_H

#include <kpatch-macros.h>
#include <kmend/syscall.h>

/* The name is pasted here: handed on, one that is a macro as well would be expanded. */
#define KPATCH_SYSCALL_DEFINE0(name)		KMEND_SYSCALL_DEFINE0(name)
#define KPATCH_SYSCALL_DEFINE1(name, ...)	__SYSCALL_DEFINEx(1, _##name, __VA_ARGS__)
#define KPATCH_SYSCALL_DEFINE2(name, ...)	__SYSCALL_DEFINEx(2, _##name, __VA_ARGS__)
#define KPATCH_SYSCALL_DEFINE3(name, ...)	__SYSCALL_DEFINEx(3, _##name, __VA_ARGS__)
#define KPATCH_SYSCALL_DEFINE4(name, ...)	__SYSCALL_DEFINEx(4, _##name, __VA_ARGS__)
#define KPATCH_SYSCALL_DEFINE5(name, ...)	__SYSCALL_DEFINEx(5, _##name, __VA_ARGS__)
#define KPATCH_SYSCALL_DEFINE6(name, ...)	__SYSCALL_DEFINEx(6, _##name, __VA_ARGS__)
#define KPATCH_SYSCALL_DEFINEx(count, name, ...)	__SYSCALL_DEFINEx(count, name, __VA_ARGS__)

#endif
