import type { DataSetting } from '../diff/mod.ts'

export interface GlueSetting extends DataSetting {
  /** The pointer to the variable, in the patch object. */
  readonly alias: string
}

/** The C array of an object's variables that are to be set. */
export function settingsArray(name: string, settings: readonly GlueSetting[]): string[] {
  return [
    ...settings.map(({ alias }) => `extern u8 *const ${alias};`),
    `static struct setting ${name}[] = {`,
    ...settings.map(({ original, alias, before, after }) =>
      [
        `\t{ .name = "${original.name}", .at = &${alias}, .size = ${before.length},`,
        `\t  .before = (const u8 []){ ${[...before].join(', ')} },`,
        `\t  .after = (const u8 []){ ${[...after].join(', ')} } },`,
      ].join('\n'),
    ),
    '};',
    '',
  ]
}

/** What the C in SETTINGS_C imports from the kernel. */
export const SETTINGS_IMPORTS = ['_printk']

/**
 * Sets variables to their new initial values and back. A value that is neither the old nor the new one was changed at run time, and nothing is
 * overwritten. Each aligned piece of a variable is exchanged in one step, so that no one reads half of a number or loses what he writes.
 */
export const SETTINGS_C = `#include <linux/atomic.h>

/* A number wherever it stands. */
#define NUMBER(type, at) (((const struct { type value; } __packed *)(at))->value)

struct setting {
	const char *name;
	u8 *const *at;
	size_t size;
	const u8 *before, *after;
	bool is_ours;
};

static bool exchange(u8 *at, const u8 *from, const u8 *to, size_t size)
{
	switch (size) {
	case 8:
		return cmpxchg((u64 *)at, NUMBER(u64, from), NUMBER(u64, to)) == NUMBER(u64, from);
	case 4:
		return cmpxchg((u32 *)at, NUMBER(u32, from), NUMBER(u32, to)) == NUMBER(u32, from);
	case 2:
		return cmpxchg((u16 *)at, NUMBER(u16, from), NUMBER(u16, to)) == NUMBER(u16, from);
	default:
		return cmpxchg(at, *from, *to) == *from;
	}
}

/* Bytes from the start that were exchanged; all of them when it went well. */
static size_t exchange_all(u8 *at, const u8 *from, const u8 *to, size_t size)
{
	size_t done, piece;

	for (done = 0; done < size; done += piece) {
		piece = 8;
		while (piece > size - done || ((unsigned long)(at + done) & (piece - 1)))
			piece /= 2;
		if (!exchange(at + done, from + done, to + done, piece))
			break;
	}
	return done;
}

static bool change(const struct setting *setting, const u8 *from, const u8 *to)
{
	size_t done = exchange_all(*setting->at, from, to, setting->size);

	if (done == setting->size)
		return true;
	exchange_all(*setting->at, to, from, done);
	return false;
}

static bool holds(const struct setting *setting, const u8 *value)
{
	size_t i;

	for (i = 0; i < setting->size; i++)
		if (READ_ONCE((*setting->at)[i]) != value[i])
			return false;
	return true;
}

static void restore_values(struct setting *settings, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		if (settings[i].is_ours && !change(&settings[i], settings[i].after, settings[i].before))
			pr_info("%s was changed while the live patch was applied: left as it is\\n", settings[i].name);
		settings[i].is_ours = false;
	}
}

static int set_values(struct setting *settings, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		if (change(&settings[i], settings[i].before, settings[i].after)) {
			settings[i].is_ours = true;
		} else if (!holds(&settings[i], settings[i].after)) {
			pr_err("%s has neither its initial value nor the new one: it was changed at run time, and is not overwritten\\n", settings[i].name);
			restore_values(settings, i);
			return -EBUSY;
		}
	}
	return 0;
}

/* What a live patch before this one has set is this one's to set back, once that one is gone: not before, as this one may yet be given up. */
static void take_over_values(struct setting *settings, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		settings[i].is_ours = true;
}
`
