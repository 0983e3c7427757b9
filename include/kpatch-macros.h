/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
/* The names that patches written for kpatch use, with kmend's meaning: see kmend/livepatch.h. */
#ifndef KMEND_KPATCH_MACROS_H
#define KMEND_KPATCH_MACROS_H

#include <kmend/livepatch.h>

typedef struct klp_object patch_object;

#define KPATCH_PRE_PATCH_CALLBACK(fn)		KMEND_PRE_PATCH_CALLBACK(fn)
#define KPATCH_POST_PATCH_CALLBACK(fn)		KMEND_POST_PATCH_CALLBACK(fn)
#define KPATCH_PRE_UNPATCH_CALLBACK(fn)		KMEND_PRE_UNPATCH_CALLBACK(fn)
#define KPATCH_POST_UNPATCH_CALLBACK(fn)	KMEND_POST_UNPATCH_CALLBACK(fn)
#define KPATCH_IGNORE_FUNCTION(fn)		KMEND_IGNORE_FUNCTION(fn)
#define KPATCH_IGNORE_SECTION(section)		KMEND_IGNORE_SECTION(section)
#define KPATCH_STATIC_CALL(name)		KMEND_STATIC_CALL(name)

/* Asks to replace a function while tasks are in it. The kernel's livepatch core does not do that: it waits. kmend says so in a note. */
#define KPATCH_FORCE_UNSAFE(fn)			KMEND_NAME_(fn, function.unsafe)

#endif
