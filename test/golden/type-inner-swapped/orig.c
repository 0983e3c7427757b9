#include "kernel.h"

struct list_head { struct list_head *next, *prev; };
struct pool {
	int size;
	struct {
		struct list_head free;
		struct list_head used;
	} pages;
};

int has_free(struct pool *pool)
{
	return pool->pages.free.next != &pool->pages.free;
}
