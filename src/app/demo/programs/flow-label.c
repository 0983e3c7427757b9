/*
 * How many leases of one IPv6 flow label can a socket without privileges hold? Asks for 200 as nobody.
 * Exit code: 0 the kernel sets a limit, 1 it sets none, 2 cannot tell. Prints one line.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <linux/in6.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define ASKED 200
#define NOBODY 65534

int main(void)
{
	struct in6_flowlabel_req request = {
		.flr_action = IPV6_FL_A_GET,
		.flr_share = IPV6_FL_S_ANY,
		.flr_flags = IPV6_FL_F_CREATE,
		.flr_label = htonl(0x12345),
	};
	int held = 0, sock;

	if (setresgid(NOBODY, NOBODY, NOBODY) || setresuid(NOBODY, NOBODY, NOBODY)) {
		perror("cannot become nobody");
		return 2;
	}
	inet_pton(AF_INET6, "::1", &request.flr_dst);
	sock = socket(AF_INET6, SOCK_DGRAM, 0);
	if (sock < 0) {
		perror("cannot open an IPv6 socket");
		return 2;
	}
	while (held < ASKED && !setsockopt(sock, SOL_IPV6, IPV6_FLOWLABEL_MGR, &request, sizeof(request)))
		held++;
	if (held == ASKED) {
		printf("%d of %d leases\n", held, ASKED);
		return 1;
	}
	printf("%d of %d leases, then %s\n", held, ASKED, strerrorname_np(errno));
	return held > 0 && errno == ENOBUFS ? 0 : 2;
}
