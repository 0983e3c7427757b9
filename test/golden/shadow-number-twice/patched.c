#include "kernel.h"
#include <kmend/livepatch.h>

struct inode;
struct quota { long used[8]; };

KMEND_SHADOW(quota, struct inode, struct quota, 0x17);

int readers(struct inode *inode)
{
	struct quota *quota = quota_get_or_alloc(inode, 0);

	if (quota)
		quota->used[7]++;
	return produce();
}
