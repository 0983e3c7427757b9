#include "kernel.h"

#define WARN_ONCE(condition, text) ({                     \
	static int __already_done;                        \
	int warned_ = !!(condition);                      \
	if (unlikely(warned_ && !__already_done)) {       \
		__already_done = 1;                       \
		printk(text);                             \
	}                                                 \
	unlikely(warned_);                                \
})

int check(int n)
{
	return n + produce();
}

int submit(int n)
{
	if (unlikely(n < 0)) {
		printk("negative\n");
		WARN_ONCE(n < -1, "far\n");
		WARN_ONCE(n < -2, "further\n");
	}
	return n + produce();
}
