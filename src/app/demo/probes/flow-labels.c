/* How many leases of one shared IPv6 flow label can an unprivileged socket hold? The limit is meant to be 32 (FL_MAX_PER_SOCK of ip6_flowlabel.c). */
#include <arpa/inet.h>
#include <linux/in6.h>
#include <sys/socket.h>
#include "probe.h"

#define ASKED 200
#define LIMIT 32

int main(void)
{
	/* The kernel picks a label that is free: leases of an earlier run linger, and are no concern. */
	struct in6_flowlabel_req request = { .flr_action = IPV6_FL_A_GET, .flr_share = IPV6_FL_S_ANY, .flr_flags = IPV6_FL_F_CREATE };
	int held = 0, refused, fd;

	become_nobody();
	fd = socket(AF_INET6, SOCK_DGRAM, 0);
	if (fd < 0)
		unclear("open an IPv6 socket");
	request.flr_dst.s6_addr[15] = 1;
	for (refused = 0; held < ASKED && refused == 0; request.flr_flags = 0) {
		if (setsockopt(fd, SOL_IPV6, IPV6_FLOWLABEL_MGR, &request, sizeof(request)) == 0)
			held++;
		else
			refused = errno;
	}
	if (held == ASKED)
		say(VULNERABLE, "one unprivileged socket holds %d of %d flow label leases", held, ASKED);
	if (held == LIMIT && refused == ENOBUFS)
		say(FIXED, "one unprivileged socket holds %d flow label leases, the next is refused (ENOBUFS)", held);
	say(UNCLEAR, "after %d of %d flow label leases: %s", held, ASKED, strerror(refused));
}
