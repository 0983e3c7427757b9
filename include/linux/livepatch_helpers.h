/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
/* The names of newer kernels' header of this name, for kernels that lack it: see kmend/livepatch.h and kmend/syscall.h. */
#ifndef KMEND_LINUX_LIVEPATCH_HELPERS_H
#define KMEND_LINUX_LIVEPATCH_HELPERS_H

#include <linux/syscalls.h>
#include <kmend/livepatch.h>
#include <kmend/syscall.h>

#define KLP_PRE_PATCH_CALLBACK(fn)	KMEND_PRE_PATCH_CALLBACK(fn)
#define KLP_POST_PATCH_CALLBACK(fn)	KMEND_POST_PATCH_CALLBACK(fn)
#define KLP_PRE_UNPATCH_CALLBACK(fn)	KMEND_PRE_UNPATCH_CALLBACK(fn)
#define KLP_POST_UNPATCH_CALLBACK(fn)	KMEND_POST_UNPATCH_CALLBACK(fn)
#define KLP_STATIC_CALL(name)		KMEND_STATIC_CALL(name)

#define KLP_SYSCALL_DEFINE0(name)	KMEND_SYSCALL_DEFINE0(name)
#define KLP_SYSCALL_DEFINE1(name, ...)	KMEND_SYSCALL_DEFINE1(name, __VA_ARGS__)
#define KLP_SYSCALL_DEFINE2(name, ...)	KMEND_SYSCALL_DEFINE2(name, __VA_ARGS__)
#define KLP_SYSCALL_DEFINE3(name, ...)	KMEND_SYSCALL_DEFINE3(name, __VA_ARGS__)
#define KLP_SYSCALL_DEFINE4(name, ...)	KMEND_SYSCALL_DEFINE4(name, __VA_ARGS__)
#define KLP_SYSCALL_DEFINE5(name, ...)	KMEND_SYSCALL_DEFINE5(name, __VA_ARGS__)
#define KLP_SYSCALL_DEFINE6(name, ...)	KMEND_SYSCALL_DEFINE6(name, __VA_ARGS__)

#endif
