import { describe, expect, test } from 'vitest'
import { classify, listEffects } from './classify.ts'
import { readConstructs } from './constructs.ts'

const FILE = `
#include <linux/fs.h>
#define LIMIT 10
/* A comment with struct x { in it */
struct thing {
	int a; /* first */
};
static int level = 3;
static DEFINE_MUTEX(lock);
static const struct file_operations thing_fops = {
	.open = thing_open,
	.owner = THIS_MODULE,
};
static int twice(int a)
{
	char text[] = "} // no end";
	return a * 2;
}
SYSCALL_DEFINE1(thing, int, a)
{
	return twice(a);
}
static int __init thing_init(void)
{
	return 0;
}
module_init(thing_init);
static struct thing *find(void)
{
	return NULL;
}
`

const change = (from: string, to: string) => listEffects(readConstructs(FILE), readConstructs(FILE.replace(from, to)))

describe('a change is classed by what exists already and changes:', () => {
  test.each([
    ['a comment', '/* first */', '/* the first\n * of all */', [], 'comments-only'],
    ['spacing', 'return a * 2;', 'return a\n\t\t* 2;', [], 'comments-only'],
    ['a body', 'a * 2', 'a << 1', ['changed function twice'], 'functions'],
    ['the body of a syscall', 'twice(a);', 'twice(a) + 1;', ['changed function SYSCALL_DEFINE1'], 'functions'],
    ['a function that returns a struct', 'return NULL', 'return 0', ['changed function find'], 'functions'],
    ['init code', 'return 0', 'return -1', ['changed init thing_init'], 'init-only'],
    ['a member', 'int a; ', 'int a; long b; ', ['changed type thing'], 'types'],
    ['an initial value', '= 3', '= 4', ['changed data level'], 'data'],
    ['an operation', '.owner = THIS_MODULE,', '', ['changed data thing_fops'], 'data'],
    ['a macro', 'LIMIT 10', 'LIMIT \\\n\t20', ['changed macro LIMIT'], 'macros'],
    [
      'new data beside a changed body',
      'static int twice(int a)\n{',
      'static int more;\nstatic int twice(int a)\n{\n\tmore++;',
      ['changed function twice', 'new data more'],
      'functions',
    ],
    ['a lock that is gone', 'static DEFINE_MUTEX(lock);', '', ['removed data lock'], 'functions'],
    ['an export alone', 'module_init', 'EXPORT_SYMBOL(find);\nmodule_init', ['new declaration EXPORT_SYMBOL find'], 'functions'],
  ])('%s', (_, from, to, effects, expected) => {
    expect(change(from, to)).toEqual(effects)
    expect(classify(change(from, to))).toBe(expected)
  })
})
