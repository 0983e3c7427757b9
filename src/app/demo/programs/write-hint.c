/*
 * May the lifetime hint of an immutable file be set? Only reading is allowed to an immutable file.
 * Exit code: 0 the kernel refuses, 1 it does not, 2 cannot tell. Prints one line.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static const char path[] = "/tmp/immutable";

static int set_flags(int file, int flags)
{
	return ioctl(file, FS_IOC_SETFLAGS, &flags);
}

int main(void)
{
	uint64_t hint = RWH_WRITE_LIFE_SHORT;
	int file = open(path, O_RDONLY | O_CREAT, 0644);
	int refusal;

	if (file < 0 || set_flags(file, FS_IMMUTABLE_FL)) {
		perror("cannot make an immutable file");
		return 2;
	}
	refusal = fcntl(file, F_SET_RW_HINT, &hint) ? errno : 0;
	set_flags(file, 0);
	unlink(path);
	if (refusal == 0) {
		puts("hint set");
		return 1;
	}
	printf("refused, %s\n", strerrorname_np(refusal));
	return refusal == EPERM ? 0 : 2;
}
