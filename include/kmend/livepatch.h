/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
/*
 * What a patch says to kmend about itself. A patch includes this where it needs it:
 *
 *	#include <kmend/livepatch.h>
 *
 * kmend is under the Apache License 2.0. What is compiled into a kernel module must be under terms that go with the kernel's, so this header
 * is offered under GPL-2.0 as well, at your choice.
 *
 * Every macro stands at file level, outside functions, and ends in a semicolon. None of them takes the address of a function that the kernel
 * has, so none changes what the compiler makes of it. Worked examples: docs/guide/data-and-types.md.
 */
#ifndef KMEND_LIVEPATCH_H
#define KMEND_LIVEPATCH_H

#include <linux/livepatch.h>

/*
 * Callbacks: functions of the patch that the kernel calls before or after it patches or unpatches an object (the kernel image, or a module), in
 * process context, once for each object that is there, and once more for a module that comes later.
 *
 *	static int before(struct klp_object *object) { return 0; }
 *	KMEND_PRE_PATCH_CALLBACK(before);
 *
 * pre-patch	before any task runs the new code; other than 0 is an error (-EBUSY, ...) that refuses the whole live patch
 * post-patch	when every task runs the new code
 * pre-unpatch	before any task goes back to the old code
 * post-unpatch	when every task runs the old code again
 *
 * One of each kind for an object. When a newer live patch takes the place of this one, only the newer one's callbacks run.
 */
#define KMEND_PRE_PATCH_CALLBACK(fn)	KMEND_CALLBACK_(int, pre_patch, fn)
#define KMEND_POST_PATCH_CALLBACK(fn)	KMEND_CALLBACK_(void, post_patch, fn)
#define KMEND_PRE_UNPATCH_CALLBACK(fn)	KMEND_CALLBACK_(void, pre_unpatch, fn)
#define KMEND_POST_UNPATCH_CALLBACK(fn)	KMEND_CALLBACK_(void, post_unpatch, fn)

#define KMEND_CALLBACK_(type, when, fn)							\
	static type (* const kmend_##when##_##fn)(struct klp_object *object)		\
		__used __section(".kmend.callback." #when) = fn

/*
 * System states: what this live patch has changed in the system's data, by a number of your choice (not 0) and the version of that change. The
 * kernel refuses a cumulative live patch that lacks a state of the one it replaces, or has it in a lower version.
 *
 *	KMEND_STATE(1, 2);
 */
#define KMEND_STATE(id, version)							\
	static const unsigned long kmend_state_##id[2]					\
		__used __section(".kmend.state") = { (id), (version) }

/* The state of that number in the live patch whose callback was called with `object`; NULL when it has none. Its `data` is yours. */
#define kmend_state(object, id)								\
	klp_get_state(container_of((object)->kobj.parent, struct klp_patch, kobj), (id))

/* The same of the live patch that is being replaced; NULL when there is none. In callbacks only. */
#define kmend_previous_state(id) klp_get_prev_state(id)

/*
 * Shadow variables: data that belongs to an object of the kernel whose layout cannot change. `id`, a constant, tells them apart, also from those of
 * other patches; kmend refuses two of one number in a patch.
 *
 *	KMEND_SHADOW(quota, struct sock, struct quota, 0x51);
 *
 * defines, for a `struct sock *sk`:
 *
 *	struct quota *quota_get(sk)			NULL when it has none: objects from before the patch have none
 *	struct quota *quota_alloc(sk, gfp)		zeroed; NULL without memory, or when it has one already
 *	struct quota *quota_get_or_alloc(sk, gfp)	the one that it has, or a new one, zeroed; NULL without memory
 *	void quota_free(sk)				where the object is freed, or another one at its address inherits the value
 *	void quota_free_all(void)			all of them: in a post-unpatch callback
 */
#define KMEND_SHADOW(name, owner_type, value_type, id)					\
	static inline value_type *name##_get(owner_type *owner)				\
	{										\
		return klp_shadow_get(owner, (id));					\
	}										\
	static inline value_type *name##_alloc(owner_type *owner, gfp_t gfp)		\
	{										\
		return klp_shadow_alloc(owner, (id), sizeof(value_type), gfp, NULL, NULL);	\
	}										\
	static inline value_type *name##_get_or_alloc(owner_type *owner, gfp_t gfp)	\
	{										\
		return klp_shadow_get_or_alloc(owner, (id), sizeof(value_type), gfp, NULL, NULL); \
	}										\
	static inline void name##_free(owner_type *owner)				\
	{										\
		klp_shadow_free(owner, (id), NULL);					\
	}										\
	static inline void name##_free_all(void)					\
	{										\
		klp_shadow_free_all((id), NULL);					\
	}										\
	static const unsigned long kmend_shadow_##name[2]				\
		__used __section(".kmend.shadow") = { (id), sizeof(value_type) }

/* Replace this function even if its code is the same: callers in the patch and in the kernel use the patch's. */
#define KMEND_FORCE_FUNCTION(fn)	KMEND_NAME_(fn, function.force)

/* Leave this function as the running kernel has it, though its code differs. What has it inlined carries the change all the same. */
#define KMEND_IGNORE_FUNCTION(fn)	KMEND_NAME_(fn, function.ignore)

/* Leave this variable's value as it is in the running kernel, though its initial value differs: a callback sets it, or nothing needs to. */
#define KMEND_IGNORE_DATA(variable)	KMEND_NAME_(variable, data.ignore)

/* The same for all functions and variables of a section, such as ".data.limit" or ".sched.text". */
#define KMEND_IGNORE_SECTION(section)	KMEND_SECTION_(section, __COUNTER__)

/* The name must be known to the compiler; its address is not taken, which could change how the function is inlined or cloned. */
#define KMEND_NAME_(name, what)								\
	_Static_assert(__builtin_types_compatible_p(__typeof__(name), __typeof__(name)), #name);	\
	static const char kmend_name_##name[] __used __section(".kmend." #what) = #name
#define KMEND_SECTION_(section, number) KMEND_SECTION__(section, number)
#define KMEND_SECTION__(section, number)							\
	static const char kmend_section_##number[] __used __section(".kmend.section.ignore") = section

/* Call through a static call's key, in an ordinary way. kmend takes a plain static_call, too, wherever its key lives. */
#define KMEND_STATIC_CALL(name)								\
	((__typeof__(&STATIC_CALL_TRAMP(name)))READ_ONCE(STATIC_CALL_KEY(name).func))

#endif
