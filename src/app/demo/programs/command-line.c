/*
 * May a user without privileges read the kernel's command line?
 * Exit code: 0 the kernel refuses, 1 it does not, 2 cannot tell. Prints one line.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define NOBODY 65534

int main(void)
{
	char text[4096];
	int file;
	ssize_t length;

	if (setresgid(NOBODY, NOBODY, NOBODY) || setresuid(NOBODY, NOBODY, NOBODY)) {
		perror("cannot become nobody");
		return 2;
	}
	file = open("/proc/cmdline", O_RDONLY);
	if (file < 0) {
		perror("cannot open /proc/cmdline");
		return 2;
	}
	length = read(file, text, sizeof(text));
	if (length >= 0) {
		printf("%zd bytes read\n", length);
		return 1;
	}
	printf("refused, %s\n", strerrorname_np(errno));
	return errno == EPERM ? 0 : 2;
}
