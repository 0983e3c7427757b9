import { expect, test } from 'vitest'
import { parseThreadLines, threadLinesOf, threadsStayIn } from './thread-functions.ts'

/** As the kernel's NFS server, the SMB client and the RAID driver have it (6.12). */
const SERVER = `static int nfsd(void *vrqstp)
{
	set_up(vrqstp);
	set_freezable();
	while (!svc_thread_should_stop(rqstp)) {
		svc_recv(rqstp);
		count(rqstp);
	}
	return 0;
}
`
const TRANSPORT = `static void svc_thread_wait_for_work(struct svc_rqst *rqstp)
{
	set_current_state(TASK_IDLE);
	schedule();
}

void svc_recv(struct svc_rqst *rqstp)
{
	svc_thread_wait_for_work(rqstp);
}

void count(struct svc_rqst *rqstp)
{
	rqstp->count++;
}
`
const CLIENT = `static int
cifs_demultiplex_thread(void *p)
{
	return 0;
}

static void start(struct server *server)
{
	server->tsk = kthread_create(cifs_demultiplex_thread, server, "cifsd");
	other = kthread_run(server->function, server, "x");
	md = md_register_thread(md_do_sync, mddev, "resync");
}
`

const lines = (files: Readonly<Record<string, string>>) =>
  parseThreadLines(
    Object.entries(files)
      .flatMap(([path, text]) => threadLinesOf(text).map((line) => `${path}:${line}`))
      .join('\n'),
  )

const index = lines({ 'fs/nfsd/nfssvc.c': SERVER, 'fs/smb/client/connect.c': CLIENT })

test('threads stay in what they are started to run, whatever starts them', () => {
  expect([...threadsStayIn(index, 'fs/smb/client/connect.c', CLIENT)]).toEqual([
    ['cifs_demultiplex_thread', 'a kernel thread is started to run it (fs/smb/client/connect.c)'],
  ])
  const sync = 'void md_do_sync(struct md_thread *thread)\n{\n}\n'
  expect([...threadsStayIn(index, 'drivers/md/md.c', sync).keys()]).toEqual(['md_do_sync'])
})

test('a static function of another file that has the same name is none', () => {
  expect([...threadsStayIn(index, 'fs/other.c', CLIENT)]).toEqual([])
})

test('threads stay in what their loop calls and what waits for work, not in what it calls besides', () => {
  expect([...threadsStayIn(index, 'net/sunrpc/svc_xprt.c', TRANSPORT)]).toEqual([
    ['svc_recv', 'the loop of a kernel thread calls it to wait for work (fs/nfsd/nfssvc.c)'],
  ])
  const waitsForDisk = TRANSPORT.replace('TASK_IDLE', 'TASK_UNINTERRUPTIBLE')
  expect([...threadsStayIn(index, 'net/sunrpc/svc_xprt.c', waitsForDisk)]).toEqual([])
  expect([...threadsStayIn(lines({ 'a.c': SERVER.replace('svc_recv', 'receive') }), 'net/sunrpc/svc_xprt.c', TRANSPORT)]).toEqual([])
})
