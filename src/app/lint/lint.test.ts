import { expect, test } from 'vitest'
import { reviewTree } from '../../../test/kit/review-tree.ts'

/** As the sockets of the NFS server have it: the thread is started in one file, and sleeps in another one. */
const SERVER = `static int nfsd(void *vrqstp)
{
	set_freezable();
	while (!svc_thread_should_stop(vrqstp))
		svc_recv(vrqstp);
	return 0;
}
`
const SYNC = `static void md_start(struct mddev *mddev)
{
	md = md_register_thread(md_do_sync, mddev, "resync");
}
`
const TRANSPORT = `void svc_recv(struct svc_rqst *rqstp)
{
	set_current_state(TASK_IDLE);
	schedule();
}

void md_do_sync(struct md_thread *thread)
{
	sync();
}

struct foo *foo_find(int id)
{
	return NULL;
}
`
const TREE = {
  'fs/nfsd.c': SERVER,
  'md/md.c': SYNC,
  'net/svc.c': TRANSPORT,
  'net/bar.c': 'int bar(void)\n{\n	if (!foo_find(3))\n		return -ENOENT;\n	return 0;\n}\n',
  'net/not-compiled.c': 'int baz(void)\n{\n	return !foo_find(4);\n}\n',
}

const COMPILED = ['fs/nfsd.c', 'md/md.c', 'net/svc.c', 'net/bar.c']

const patchOf = (hunk: string) => `--- a/net/svc.c\n+++ b/net/svc.c\n${hunk}`

const FIND = patchOf(`@@ -12,4 +12,4 @@
 struct foo *foo_find(int id)
 {
-	return NULL;
+	return ERR_PTR(-ENOENT);
 }
`)

test('a caller in a file that the fix does not touch is found, and the output says why it matters, what to check and that it proves nothing', async () => {
  const { report, text } = await reviewTree({ tree: TREE, compiled: COMPILED, patch: FIND })
  expect(report.search).toEqual({ names: ['foo_find'], searched: 4, read: ['net/bar.c'], notRead: 0 })
  expect(report.files).toEqual(['net/svc.c'])
  expect(text).toBe(`review  6.1.0-1-cloud-amd64 (6.1.1-1): 1 changed function in 1 file

careful foo_find: can return ERR_PTR now, before only NULL; not replaced: bar (net/bar.c)
        net/svc.c:14  [return-convention]
        why: a task runs either all old or all new functions, but callers that the fix does not replace get the new answer and read it the old way
        check: each of these callers: does it understand the new answer? Those in other modules and behind pointers, too

1 finding: 1 careful
looked for foo_find in the 4 files that this kernel compiles and in headers: 1 name them
A review of the text: it points to what deserves a look and proves nothing. What it does not name may be wrong all the same.`)
})

test('what kernel threads stay in is known by the other files, as the build knows it, and is kept for the next review', async () => {
  const patch = patchOf(`@@ -1,10 +1,10 @@
 void svc_recv(struct svc_rqst *rqstp)
 {
 	set_current_state(TASK_IDLE);
-	schedule();
+	schedule_timeout(HZ);
 }
 
 void md_do_sync(struct md_thread *thread)
 {
-	sync();
+	sync(thread);
 }
`)
  const { report, again } = await reviewTree({ tree: TREE, compiled: COMPILED, patch })
  expect(report.findings.map(({ severity, rule, subject, what }) => `${severity} ${rule} ${subject}: ${what}`)).toEqual([
    'stop never-leaves svc_recv: the loop of a kernel thread calls it to wait for work (fs/nfsd.c)',
    'stop never-leaves md_do_sync: a kernel thread is started to run it (md/md.c)',
  ])
  expect(again).toEqual(report)
})

test('a fix of which nothing is left to compile reads nothing else', async () => {
  const patch = '--- /dev/null\n+++ b/net/new.h\n@@ -0,0 +1 @@\n+int foo;\n'
  const { report, text } = await reviewTree({ tree: TREE, patch })
  expect(report.search.searched).toBe(0)
  expect(text).toContain('\nnothing found\n')
})
