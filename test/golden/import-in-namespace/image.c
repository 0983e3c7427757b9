#include "kernel.h"

void tell(int n)
{
	consume(n);
}
EXPORT_SYMBOL_NS(tell, SOUND);

void draw(int n)
{
	consume(n);
}
EXPORT_SYMBOL_NS(draw, PICTURE);

void send(int n)
{
	consume(n);
}
EXPORT_SYMBOL_NS(send, NETWORK);
