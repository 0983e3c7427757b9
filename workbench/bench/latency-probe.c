/*
 * latency-probe <command> [argument...]
 *
 * Runs a command on a machine that it keeps busy, and prints how late the most urgent threads of the machine were woken meanwhile:
 *
 *     <milliseconds that the command took> <wake-ups> <lateness that one in a thousand exceeds, in microseconds> <greatest lateness, in microseconds>
 *
 * On each processor a real-time thread asks to be woken every five milliseconds, and another one spins; one more reads files, from the disk. The busy ones
 * are nice, so that the command has its time. No program can keep the real-time threads from running: what makes them late is the kernel (or whoever
 * runs the machine's processors). Ends as the command does.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <pthread.h>
#include <sched.h>
#include <spawn.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PERIOD_NS 5000000
#define PRIORITY 80
/* Until all threads run. */
#define WARM_UP_US 500000
#define MOST_CPUS 64
#define BUCKET_US 100
#define BUCKETS 10000
/* Not what runs: that is not to be dropped from memory. */
#define FILES "/usr/share"

struct probe {
	pthread_t thread;
	long long wakeups;
	int64_t latest_us;
	/* The last one counts all that are later. */
	long long late[BUCKETS];
};

static struct probe probes[MOST_CPUS];
static atomic_int is_measuring, is_over;
extern char **environ;

static int64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000ll + now.tv_nsec;
}

static void *wake(void *data)
{
	struct probe *probe = data;
	int64_t due = now_ns();

	while (!is_over) {
		struct timespec until;
		int64_t late_us;

		due += PERIOD_NS;
		until = (struct timespec){ .tv_sec = due / 1000000000, .tv_nsec = due % 1000000000 };
		while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL) == EINTR)
			;
		late_us = (now_ns() - due) / 1000;
		if (is_measuring) {
			probe->wakeups++;
			probe->late[late_us / BUCKET_US < BUCKETS ? late_us / BUCKET_US : BUCKETS - 1]++;
			if (late_us > probe->latest_us)
				probe->latest_us = late_us;
		}
		/* What was missed is one gap, and not counted again. */
		if (late_us * 1000 > PERIOD_NS)
			due = now_ns();
	}
	return NULL;
}

/* Of the calling thread alone: so it is in Linux. */
static void be_nice(void)
{
	if (nice(19) == -1)
		perror("latency-probe: nice");
}

static void *spin(void *data)
{
	volatile unsigned long turns = 0;

	be_nice();
	while (!is_over)
		turns++;
	return data;
}

static int read_file(const char *path, const struct stat *about, int kind, struct FTW *place)
{
	static char block[65536];
	int file;

	(void)about;
	(void)place;
	file = kind == FTW_F ? open(path, O_RDONLY) : -1;
	if (file < 0)
		return is_over;
	/* So that it is read from the disk again in the next round. */
	posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED);
	while (!is_over && read(file, block, sizeof(block)) > 0)
		;
	close(file);
	return is_over;
}

static void *read_files(void *data)
{
	be_nice();
	while (!is_over)
		nftw(FILES, read_file, 16, FTW_PHYS);
	return data;
}

static void begin(pthread_t *thread, void *(*act)(void *), void *data, int cpu)
{
	struct sched_param urgent = { .sched_priority = PRIORITY };
	pthread_attr_t how;
	cpu_set_t cpus;
	int error;

	pthread_attr_init(&how);
	if (cpu >= 0) {
		CPU_ZERO(&cpus);
		CPU_SET(cpu, &cpus);
		pthread_attr_setaffinity_np(&how, sizeof(cpus), &cpus);
	}
	if (act == wake) {
		pthread_attr_setinheritsched(&how, PTHREAD_EXPLICIT_SCHED);
		pthread_attr_setschedpolicy(&how, SCHED_FIFO);
		pthread_attr_setschedparam(&how, &urgent);
	}
	error = pthread_create(thread, &how, act, data);
	if (error != 0) {
		fprintf(stderr, "latency-probe: a thread does not start: %s\n", strerror(error));
		_exit(2);
	}
}

/* Of all processors together, rounded up to a bucket's end. */
static long long late_us_of_one_in(long long share, long long wakeups)
{
	long long above = 0;

	for (int bucket = BUCKETS - 1; bucket >= 0; bucket--) {
		for (int i = 0; i < MOST_CPUS; i++)
			above += probes[i].late[bucket];
		if (above > wakeups / share)
			return (bucket + 1) * (long long)BUCKET_US;
	}
	return 0;
}

int main(int count, char **words)
{
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);
	long long wakeups = 0, latest_us = 0;
	int64_t start, took_ns;
	pthread_t thread;
	int error, status;
	pid_t pid;

	if (count < 2 || cpus > MOST_CPUS)
		return 2;
	begin(&thread, read_files, NULL, -1);
	for (int i = 0; i < cpus; i++) {
		begin(&thread, spin, NULL, i);
		begin(&probes[i].thread, wake, &probes[i], i);
	}
	usleep(WARM_UP_US);

	start = now_ns();
	is_measuring = 1;
	error = posix_spawnp(&pid, words[1], NULL, NULL, words + 1, environ);
	if (error != 0 || waitpid(pid, &status, 0) != pid)
		return 2;
	is_measuring = 0;
	took_ns = now_ns() - start;
	is_over = 1;

	for (int i = 0; i < cpus; i++) {
		pthread_join(probes[i].thread, NULL);
		wakeups += probes[i].wakeups;
		if (probes[i].latest_us > latest_us)
			latest_us = probes[i].latest_us;
	}
	printf("%lld %lld %lld %lld\n", (long long)took_ns / 1000000, wakeups, late_us_of_one_in(1000, wakeups), latest_us);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
