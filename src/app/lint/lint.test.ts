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
`
const TREE = {
  'fs/nfsd.c': SERVER,
  'md/md.c': SYNC,
  'net/svc.c': TRANSPORT,
}

const patchOf = (hunk: string) => `--- a/net/svc.c\n+++ b/net/svc.c\n${hunk}`

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
  const { report, again } = await reviewTree({ tree: TREE, patch })
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
