#include "kernel.h"

/* include/linux/moduleparam.h */
struct kernel_param {
	const char *name;
	const struct kernel_param_ops *ops;
	u16 perm;
	int *arg;
};
struct kernel_param_ops {
	int (*set)(const char *val, const struct kernel_param *param);
};
#define __param __used __section("__param") __attribute__((__aligned__(8)))
extern const struct kernel_param_ops param_ops_int;
extern int param_set_int(const char *val, const struct kernel_param *param);

static int level, mode, limit;

static const struct kernel_param __param_level __param = { "level", &param_ops_int, 0644, &level };
static const struct kernel_param __param_mode __param = { "mode", &param_ops_int, 0666, &mode };
static const struct kernel_param __param_limit __param = { "limit", &param_ops_int, 0644, &limit };

int sum(void)
{
	return level + mode + limit;
}
