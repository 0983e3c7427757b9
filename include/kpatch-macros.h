/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
/* The names that patches written for kpatch use, with kmend's meaning: see kmend/livepatch.h. */
#ifndef KMEND_KPATCH_MACROS_H
#define KMEND_KPATCH_MACROS_H

/* Patches lean on what kpatch's header of this name brings along. */
#include <linux/compiler.h>
#include <linux/jiffies.h>
#include <linux/version.h>
#include <kmend/livepatch.h>
#include <kpatch-syscall.h>

typedef struct klp_object patch_object;

/* kpatch's marks end in a semicolon of their own, so there are patches that write none. One more is nothing at file level. */
#define KPATCH_PRE_PATCH_CALLBACK(fn)		KMEND_PRE_PATCH_CALLBACK(fn);
#define KPATCH_POST_PATCH_CALLBACK(fn)		KMEND_POST_PATCH_CALLBACK(fn);
#define KPATCH_PRE_UNPATCH_CALLBACK(fn)		KMEND_PRE_UNPATCH_CALLBACK(fn);
#define KPATCH_POST_UNPATCH_CALLBACK(fn)	KMEND_POST_UNPATCH_CALLBACK(fn);
#define KPATCH_IGNORE_FUNCTION(fn)		KMEND_IGNORE_FUNCTION(fn);
#define KPATCH_IGNORE_SECTION(section)		KMEND_IGNORE_SECTION(section);

/* Asks to replace a function while tasks are in it. The kernel's livepatch core does not do that: it waits. kmend says so in a note. */
#define KPATCH_FORCE_UNSAFE(fn)			KMEND_NAME_(fn, function.unsafe);

#define KPATCH_STATIC_CALL(name)		KMEND_STATIC_CALL(name)

/*
 * printk is __cold: gcc takes all code that is sure to reach one for unlikely, and so the functions that only this code calls. It moves them away and
 * inlines less in them, and more functions differ than the fix changes. Behind a condition that gcc cannot see through, the call alone is cold.
 */
#define KPATCH_PRINTK(format, ...)		KMEND_ASIDE_(printk(format, ##__VA_ARGS__))
#define KPATCH_PRINTK_DEFERRED(format, ...)	KMEND_ASIDE_(printk_deferred(format, ##__VA_ARGS__))

#define KMEND_ASIDE_(call)								\
	({										\
		int kmend_aside = 1;							\
		OPTIMIZER_HIDE_VAR(kmend_aside);					\
		if (kmend_aside)							\
			call;								\
	})

#endif
