#include "kernel.h"

/* include/linux/once.h */
extern _Bool do_once_start(_Bool *done, unsigned long *flags);
extern void do_once_done(_Bool *done, struct static_key *once_key, unsigned long *flags);
extern void get_random_bytes(void *buf, size_t len);
#define get_random_once(buf, len) \
	({ \
		static _Bool __section(".data.once") ___done; \
		static struct static_key ___once_key = { .enabled = 1 }; \
		unsigned long ___flags; \
		if (static_branch(&___once_key) && do_once_start(&___done, &___flags)) { \
			get_random_bytes(buf, len); \
			do_once_done(&___done, &___once_key, &___flags); \
		} \
	})

extern unsigned hash(unsigned value, const void *key);
struct key { unsigned long words[2]; };

unsigned hash_of_exception(unsigned address)
{
	static struct key secret __read_mostly;
	get_random_once(&secret, sizeof(secret));
	return hash(address, &secret);
}

unsigned hash_of_route(unsigned address)
{
	static unsigned salt __read_mostly;
	get_random_once(&salt, sizeof(salt));
	return hash(address ^ 1, &salt);
}
