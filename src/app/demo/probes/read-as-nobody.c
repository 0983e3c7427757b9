/* May an unprivileged user read this file? */
#include <fcntl.h>
#include "probe.h"

int main(int count, char **words)
{
	const char *path = count > 1 ? words[1] : "";
	char text[4096];
	ssize_t length;
	int fd;

	become_nobody();
	fd = open(path, O_RDONLY);
	if (fd < 0)
		unclear("open the file");
	length = read(fd, text, sizeof(text));
	if (length > 0)
		say(VULNERABLE, "an unprivileged user reads %zd bytes of %s", length, path);
	if (length < 0 && errno == EPERM)
		say(FIXED, "an unprivileged user may not read %s (EPERM)", path);
	unclear("read the file");
}
