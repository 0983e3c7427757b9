/* May an unprivileged user change the write hint of an immutable file that is root's? */
#include <fcntl.h>
#include <linux/fs.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include "probe.h"

#ifndef F_SET_RW_HINT
#define F_SET_RW_HINT 1036
#endif
#define HINT_SHORT 2

#define FILE_NAME "/tmp/immutable"

int main(void)
{
	int flags = 0, fd = open(FILE_NAME, O_RDONLY | O_CREAT, 0644);
	uint64_t hint = HINT_SHORT;

	if (fd < 0)
		unclear("make a file");
	if (ioctl(fd, FS_IOC_GETFLAGS, &flags) != 0)
		unclear("read the file's flags");
	flags |= FS_IMMUTABLE_FL;
	if (ioctl(fd, FS_IOC_SETFLAGS, &flags) != 0)
		unclear("make a file immutable");
	close(fd);
	become_nobody();
	fd = open(FILE_NAME, O_RDONLY);
	if (fd < 0)
		unclear("open the immutable file");
	if (fcntl(fd, F_SET_RW_HINT, &hint) == 0)
		say(VULNERABLE, "an unprivileged user changes an attribute of root's immutable file");
	if (errno == EPERM)
		say(FIXED, "an unprivileged user's change to root's immutable file is refused (EPERM)");
	unclear("set the write hint");
}
