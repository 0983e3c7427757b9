/*
 * call-rate <milliseconds>
 *
 * Calls getppid(2) for that long and prints
 *
 *     <calls> <nanoseconds> <nanoseconds of the thousand calls that took least>
 *
 * The last one hardly depends on what else the machine does.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define CALLS_BETWEEN_LOOKS 1000

static int64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000ll + now.tv_nsec;
}

int main(int count, char **words)
{
	int64_t start = now_ns(), last = start, end = start + (count == 2 ? atoll(words[1]) : 0) * 1000000;
	int64_t least = INT64_MAX;
	long long calls = 0;

	do {
		int64_t now;

		for (int i = 0; i < CALLS_BETWEEN_LOOKS; i++)
			syscall(SYS_getppid);
		calls += CALLS_BETWEEN_LOOKS;
		now = now_ns();
		if (now - last < least)
			least = now - last;
		last = now;
	} while (last < end);
	printf("%lld %lld %lld\n", calls, (long long)(last - start), (long long)least);
	return 0;
}
