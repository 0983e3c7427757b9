/*
 * run-cost <times> <command> [argument...]
 *
 * Runs a command so many times, one after the other, after one run that does not count, and prints a line for each:
 *
 *     <exit code> <wall time> <time on processors> <peak resident memory> <bytes read>
 *
 * Times are in microseconds; that on processors is user and system. Memory is in kilobytes. Bytes read are those that read calls returned, from a cache or
 * not, to the command and to the children that it waited for; -1 where the kernel does not count them. The command's own output is dropped.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define CANNOT_RUN 127

static int64_t now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000ll + now.tv_nsec / 1000;
}

static int64_t in_us(struct timeval time)
{
	return time.tv_sec * 1000000ll + time.tv_usec;
}

/* Of a process that has ended and has not been reaped: the kernel still has its counts. */
static long long bytes_read(pid_t pid)
{
	char path[64];
	long long count = -1;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/io", (int)pid);
	file = fopen(path, "r");
	if (file == NULL)
		return -1;
	if (fscanf(file, "rchar: %lld", &count) != 1)
		count = -1;
	fclose(file);
	return count;
}

static void become(char **command)
{
	int nothing = open("/dev/null", O_RDWR);

	dup2(nothing, 0);
	dup2(nothing, 1);
	dup2(nothing, 2);
	execvp(command[0], command);
	_exit(CANNOT_RUN);
}

int main(int count, char **words)
{
	int times = count > 2 ? atoi(words[1]) : 0;

	if (times < 1)
		return 2;
	for (int i = 0; i <= times; i++) {
		int64_t start = now_us(), wall;
		pid_t pid = fork();
		struct rusage used;
		long long bytes;
		siginfo_t info;
		int status;

		if (pid < 0)
			return 1;
		if (pid == 0)
			become(words + 2);
		if (waitid(P_PID, pid, &info, WEXITED | WNOWAIT) != 0)
			return 1;
		wall = now_us() - start;
		bytes = bytes_read(pid);
		if (wait4(pid, &status, 0, &used) != pid)
			return 1;
		if (i > 0)
			printf("%d %lld %lld %ld %lld\n", WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), (long long)wall,
			       (long long)(in_us(used.ru_utime) + in_us(used.ru_stime)), used.ru_maxrss, bytes);
	}
	return 0;
}
