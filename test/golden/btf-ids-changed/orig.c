#include "kernel.h"

/* As BTF_ID_LIST and BTF_ID of linux/btf_ids.h write them. */
#define LIST(name) asm(".pushsection .BTF_ids,\"a\"\n.local " #name "\n" #name ":\n.popsection\n"); extern unsigned int name[];
#define ID(name) asm(".pushsection .BTF_ids,\"a\"\n.local " #name "\n.type " #name ",STT_OBJECT\n.size " #name ",4\n" #name ":\n.zero 4\n.popsection\n");

LIST(other_ids)
ID(__BTF_ID__struct__task_struct__1051)
LIST(deny_ids)
ID(__BTF_ID__func__migrate_disable__2053)
ID(__BTF_ID__func__migrate_enable__3054)

int is_denied(unsigned int id)
{
	return id == deny_ids[0] || id == deny_ids[1];
}
