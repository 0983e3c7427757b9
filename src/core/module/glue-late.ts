import type { LatePointer } from './late-data.ts'

export interface GlueLatePointer extends LatePointer {
  /** The pointer itself, in the patch object. */
  readonly alias: string
  readonly trampolineAlias: string | undefined
}

/** The C array of an object's pointers that begin with addresses in it. */
export function lateArray(name: string, pointers: readonly GlueLatePointer[]): string[] {
  return [
    ...pointers.flatMap(({ alias, trampolineAlias }) => [
      `extern void *${alias};`,
      ...(trampolineAlias === undefined ? [] : [`extern u8 ${trampolineAlias}[];`]),
    ]),
    `static struct late ${name}[] = {`,
    ...pointers.map(({ alias, trampolineAlias }) =>
      trampolineAlias === undefined ? `\t{ .at = &${alias} },` : `\t{ .at = &${alias}, .trampoline = ${trampolineAlias} },`,
    ),
    '};',
    '',
  ]
}

/** What the C in LATE_C imports from the kernel. */
export const LATE_IMPORTS = ['__static_call_update']

/**
 * Notes what the livepatch core has put into pointers as a module comes, and puts it there again as the module goes, when nothing runs its code any more: the
 * kernel takes back only what it finds as it was, and would refuse the module from then on.
 */
export const LATE_C = `#include <linux/static_call.h>

struct late {
	void **at;
	void *trampoline; /* of the static call whose key it begins */
	void *first;
};

static void note_late(struct late *late, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		late[i].first = READ_ONCE(*late[i].at);
}

static void put_back_late(struct klp_object *object, struct late *late, size_t count)
{
	size_t i;

	if (!object->mod || object->mod->state != MODULE_STATE_GOING)
		return;
	for (i = 0; i < count; i++) {
		if (late[i].trampoline)
			__static_call_update(container_of(late[i].at, struct static_call_key, func), late[i].trampoline, late[i].first);
		else
			WRITE_ONCE(*late[i].at, late[i].first);
	}
}
`
