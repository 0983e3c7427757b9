#include "kernel.h"

enum stat { STAT_RX, STAT_TX, NR_STATS };
struct port { long *stats; };

int open_port(struct port *port)
{
	port->stats = kmalloc(NR_STATS * sizeof(long));
	return port->stats ? 0 : -12;
}

void clear_port(struct port *port)
{
	int i;

	for (i = 0; i < NR_STATS; i++)
		port->stats[i] = 0;
}
