/*
 * What every probe shares. A probe shows one effect of one kernel bug, as an unprivileged user, and says what it saw in one line.
 * Its exit code is the verdict.
 */
#ifndef PROBE_H
#define PROBE_H

#include <errno.h>
#include <grp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum verdict { FIXED = 0, VULNERABLE = 1, UNCLEAR = 2 };

__attribute__((noreturn, format(printf, 2, 3))) static inline void say(enum verdict verdict, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vprintf(format, arguments);
	va_end(arguments);
	putchar('\n');
	fflush(stdout);
	_exit(verdict);
}

__attribute__((noreturn)) static inline void unclear(const char *act)
{
	say(UNCLEAR, "cannot %s: %s", act, strerror(errno));
}

/* For good: changing all user ids drops every capability. */
static inline void become_nobody(void)
{
	if (setgroups(0, NULL) != 0 || setgid(65534) != 0 || setuid(65534) != 0)
		unclear("become an unprivileged user");
	if (setuid(0) == 0)
		say(UNCLEAR, "cannot become an unprivileged user: root can be had back");
}

#endif
