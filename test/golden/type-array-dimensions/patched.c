#include "kernel.h"

#define RINGS 2
#define CLASSES 8

struct port {
	int credits[CLASSES][RINGS];
};

int credits_of(struct port *port, int ring, int class)
{
	return port->credits[class][ring];
}
