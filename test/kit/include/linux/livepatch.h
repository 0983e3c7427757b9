/* What kmend/livepatch.h needs of the kernel's header of this name, in small. The case includes kernel.h before. */
struct kobject { struct kobject *parent; };
struct klp_object { const char *name; struct kobject kobj; };
typedef unsigned int gfp_t;
extern void *klp_shadow_get(void *owner, unsigned long id);
extern void *klp_shadow_alloc(void *owner, unsigned long id, size_t size, gfp_t gfp, void *constructor, void *data);
extern void *klp_shadow_get_or_alloc(void *owner, unsigned long id, size_t size, gfp_t gfp, void *constructor, void *data);
extern void klp_shadow_free(void *owner, unsigned long id, void *destructor);
extern void klp_shadow_free_all(unsigned long id, void *destructor);
