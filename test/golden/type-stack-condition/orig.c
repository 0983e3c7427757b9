#include "kernel.h"
struct walk { long at; long left; };
struct hdr { void *priv; int on; };
static noinline _Bool step(struct walk *walk)
{
	consume(walk->at);
	return walk->left < walk->at;
}
extern void timer_add(int (*f)(struct hdr *), struct hdr *h);
static int poll(struct hdr *h)
{
	struct walk *w; int r = (h->on != 0) & ((w = h->priv) != NULL); return r ? step(w) : 0;
}
int run(long count)
{
	struct walk walk = { .at = count };
	struct hdr h = { .on = 1 };
	walk.left = produce();
	timer_add(poll, &h);
	return step(&walk);
}
