/*
 * One TCP connection over loopback that carries numbered messages, each echoed by the other side, until it gets SIGTERM. Any loss, reorder,
 * close or reconnect ends it as failed. The status file, replaced whole, has one line:
 *
 *     running|ended|failed <round trips> <pid> <inode of the socket> <longest pause in milliseconds> <reason>
 */
#include <arpa/inet.h>
#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define WORDS 128
#define PAUSE_US 1000
#define STATUS_EVERY_MS 50

static const char *status_file;
static uint64_t round_trips;
static long longest_pause_ms;
static unsigned long inode;
static volatile sig_atomic_t is_over;

static void report(const char *state, const char *reason)
{
	char part[256];
	FILE *file;

	snprintf(part, sizeof(part), "%s.part", status_file);
	file = fopen(part, "w");
	if (file == NULL)
		_exit(1);
	fprintf(file, "%s %llu %d %lu %ld %s\n", state, (unsigned long long)round_trips, (int)getpid(), inode, longest_pause_ms, reason);
	if (fclose(file) != 0 || rename(part, status_file) != 0)
		_exit(1);
}

__attribute__((noreturn)) static void fail(const char *reason)
{
	char text[128];

	snprintf(text, sizeof(text), "%s: %s", reason, strerror(errno));
	report("failed", text);
	_exit(1);
}

static long now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* All or nothing: returns 0 when the other side has closed before the first byte. */
static int receive(int fd, void *message, size_t size)
{
	size_t got = 0;

	while (got < size) {
		ssize_t count = recv(fd, (char *)message + got, size - got, 0);

		if (count < 0 && errno == EINTR)
			continue;
		if (count <= 0)
			return count == 0 && got == 0 ? 0 : -1;
		got += count;
	}
	return 1;
}

static int transmit(int fd, const void *message, size_t size)
{
	size_t put = 0;

	while (put < size) {
		ssize_t count = send(fd, (const char *)message + put, size - put, MSG_NOSIGNAL);

		if (count < 0 && errno == EINTR)
			continue;
		if (count <= 0)
			return -1;
		put += count;
	}
	return 1;
}

static void number(uint64_t *message, uint64_t value)
{
	for (int i = 0; i < WORDS; i++)
		message[i] = value * 0x9e3779b97f4a7c15u + i;
}

/* Takes one connection only, so that nothing can reconnect, and expects the numbers in their order. */
static int serve(int listener)
{
	uint64_t message[WORDS], expected[WORDS], value = 0;
	int fd = accept(listener, NULL, NULL), got;

	close(listener);
	if (fd < 0)
		return 1;
	while ((got = receive(fd, message, sizeof(message))) > 0) {
		number(expected, ++value);
		if (memcmp(message, expected, sizeof(message)) != 0 || transmit(fd, message, sizeof(message)) < 0)
			return 1;
	}
	return got == 0 ? 0 : 1;
}

static void stop(int signal)
{
	(void)signal;
	is_over = 1;
}

int main(int count, char **words)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t size = sizeof(address);
	uint64_t sent[WORDS], echoed[WORDS];
	long last_ms, told_ms = 0;
	int listener, fd, code;
	struct stat about;
	pid_t server;

	if (count != 2)
		return 2;
	status_file = words[1];
	listener = socket(AF_INET, SOCK_STREAM, 0);
	if (listener < 0 || bind(listener, (struct sockaddr *)&address, size) != 0 || listen(listener, 1) != 0 ||
	    getsockname(listener, (struct sockaddr *)&address, &size) != 0)
		fail("listen");
	server = fork();
	if (server < 0)
		fail("fork");
	if (server == 0)
		_exit(serve(listener));
	close(listener);
	signal(SIGTERM, stop);
	fd = socket(AF_INET, SOCK_STREAM, 0);
	if (fd < 0 || connect(fd, (struct sockaddr *)&address, size) != 0 || fstat(fd, &about) != 0)
		fail("connect");
	inode = about.st_ino;

	for (last_ms = now_ms(); !is_over;) {
		long ms;

		number(sent, round_trips + 1);
		if (transmit(fd, sent, sizeof(sent)) < 0)
			fail("send");
		if (receive(fd, echoed, sizeof(echoed)) <= 0)
			fail("receive");
		if (memcmp(sent, echoed, sizeof(sent)) != 0)
			fail("another message came back");
		round_trips++;
		ms = now_ms();
		if (ms - last_ms > longest_pause_ms)
			longest_pause_ms = ms - last_ms;
		last_ms = ms;
		if (ms - told_ms >= STATUS_EVERY_MS) {
			report("running", "-");
			told_ms = ms;
		}
		usleep(PAUSE_US);
	}
	close(fd);
	if (waitpid(server, &code, 0) != server || code != 0)
		fail("the other side missed a message");
	report("ended", "-");
	return 0;
}
