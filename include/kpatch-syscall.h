/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
/* The names that patches written for kpatch use: see kmend/syscall.h. */
#ifndef KMEND_KPATCH_SYSCALL_H
#define KMEND_KPATCH_SYSCALL_H

#include <kmend/syscall.h>

#define KPATCH_SYSCALL_DEFINE0(name)		KMEND_SYSCALL_DEFINE0(name)
#define KPATCH_SYSCALL_DEFINE1(name, ...)	KMEND_SYSCALL_DEFINE1(name, __VA_ARGS__)
#define KPATCH_SYSCALL_DEFINE2(name, ...)	KMEND_SYSCALL_DEFINE2(name, __VA_ARGS__)
#define KPATCH_SYSCALL_DEFINE3(name, ...)	KMEND_SYSCALL_DEFINE3(name, __VA_ARGS__)
#define KPATCH_SYSCALL_DEFINE4(name, ...)	KMEND_SYSCALL_DEFINE4(name, __VA_ARGS__)
#define KPATCH_SYSCALL_DEFINE5(name, ...)	KMEND_SYSCALL_DEFINE5(name, __VA_ARGS__)
#define KPATCH_SYSCALL_DEFINE6(name, ...)	KMEND_SYSCALL_DEFINE6(name, __VA_ARGS__)

#endif
