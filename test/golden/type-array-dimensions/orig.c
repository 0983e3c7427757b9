#include "kernel.h"

#define RINGS 2
#define CLASSES 8

struct port {
	int credits[RINGS][CLASSES];
};

int credits_of(struct port *port, int ring, int class)
{
	return port->credits[ring][class];
}
