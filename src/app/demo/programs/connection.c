/*
 * A TCP connection that is opened once and carries numbered messages back and forth for as long as the machine runs.
 * The first call opens it and leaves it running. Every call watches it: exit code 0 when it still carries messages and every one so far
 * came in order, 1 when it does not. Prints `port <n> messages <n>`.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define PAUSE_MS 20
#define PATIENCE_MS 10000
/* Messages that must pass under the watcher's eyes. */
#define ENOUGH 5

struct tally {
	volatile uint32_t port, messages, broken;
};

static void pause_ms(long ms)
{
	struct timespec pause = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000 };

	nanosleep(&pause, NULL);
}

static struct tally *open_tally(int flags)
{
	int file = open("/tmp/connection", flags | O_RDWR, 0600);
	void *tally;

	if (file < 0 || ftruncate(file, sizeof(struct tally)))
		return NULL;
	tally = mmap(NULL, sizeof(struct tally), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
	close(file);
	return tally == MAP_FAILED ? NULL : tally;
}

/* Sends back what comes, until the connection ends. */
static void echo(int sock)
{
	uint32_t number;

	while (recv(sock, &number, sizeof(number), MSG_WAITALL) == sizeof(number))
		if (send(sock, &number, sizeof(number), MSG_NOSIGNAL) != sizeof(number))
			break;
	_exit(0);
}

static void carry(int sock, struct tally *tally)
{
	for (uint32_t number = 1;; number++) {
		uint32_t answer = 0;

		if (send(sock, &number, sizeof(number), MSG_NOSIGNAL) != sizeof(number) ||
		    recv(sock, &answer, sizeof(answer), MSG_WAITALL) != sizeof(answer) || answer != number) {
			tally->broken = 1;
			_exit(1);
		}
		tally->messages = number;
		pause_ms(PAUSE_MS);
	}
}

static void open_connection(struct tally *tally)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t size = sizeof(address);
	int listener = socket(AF_INET, SOCK_STREAM, 0), client = socket(AF_INET, SOCK_STREAM, 0);

	if (bind(listener, (struct sockaddr *)&address, size) || listen(listener, 1) ||
	    getsockname(listener, (struct sockaddr *)&address, &size) || connect(client, (struct sockaddr *)&address, size)) {
		perror("cannot open a connection");
		exit(1);
	}
	tally->port = ntohs(address.sin_port);
	if (fork() == 0) {
		setsid();
		echo(accept(listener, NULL, NULL));
	}
	if (fork() == 0) {
		setsid();
		carry(client, tally);
	}
}

int main(void)
{
	struct tally *tally = open_tally(0);
	uint32_t start;

	if (tally == NULL) {
		tally = open_tally(O_CREAT);
		if (tally == NULL) {
			perror("cannot keep count");
			return 1;
		}
		open_connection(tally);
	}
	start = tally->messages;
	for (int waited = 0; waited < PATIENCE_MS && tally->messages - start < ENOUGH; waited += PAUSE_MS)
		pause_ms(PAUSE_MS);
	printf("port %u messages %u\n", tally->port, tally->messages);
	return !tally->broken && tally->messages - start >= ENOUGH ? 0 : 1;
}
