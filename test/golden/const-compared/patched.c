#include "kernel.h"
struct info { int flags; int len; };
static const struct info info_a = { 1, 4 };
static const struct info info_b = { 2, 16 };
struct dev { const struct info *info; int n; };
void probe(struct dev *dev, int id)
{
	dev->info = id ? &info_b : &info_a;
}
int use(struct dev *dev)
{
	if (dev->info == &info_a)
		return dev->n;
	return dev->info->len;
}
