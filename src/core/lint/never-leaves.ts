import { textOf } from './c-text.ts'
import { type Rule, type Sight, see } from './finding.ts'

/** The heart of the scheduler and the loops of the kernel's own threads: some task is in them at every moment. */
const ALWAYS_ON_A_STACK =
  /^(__schedule|schedule|context_switch|__switch_to|switch_to|schedule_idle|preempt_schedule\w*|finish_task_switch|do_idle|cpu_startup_entry|cpuidle_\w*|default_idle\w*|worker_thread|kthread|kthreadd|smpboot_thread_fn|rescuer_thread|kswapd|kcompactd|khugepaged|ksmd|oom_reaper|io_sq_thread|do_exit|ret_from_fork|rcu_gp_kthread|kauditd_thread|kjournald2)$/

/** Where tasks sleep between two events, for hours if nothing happens. */
const SLEEPS_LONG =
  /^(schedule_timeout\w*|schedule_hrtimeout_range\w*|wait_woken|do_nanosleep|_*do_wait|do_poll|do_select|ep_poll|futex_wait\w*|__skb_wait_for_more_packets|inet_csk_wait_for_connect|unix_stream_read_generic|pipe_read|n_tty_read)$/

/** Functions that tasks do not leave for a long time, if ever. */
export const NEVER_LEAVES: Rule = {
  id: 'never-leaves',
  why: 'the kernel moves a task to the new code only while no changed function is on its stack: one that stays in this function keeps the transition from ending, and goes on with the old code',
  check:
    'whether the change can go into a function that the loop calls; otherwise wake or restart the thread during the transition (kmend prove names the tasks that hold it)',
  find: ({ functions, stayIn }) =>
    functions.flatMap((change): Sight[] => {
      const { before, after } = change
      if (before === undefined || after === undefined) return []
      if (ALWAYS_ON_A_STACK.test(change.name)) return [see(change, 'stop', 'some task is in this function at every moment')]
      const reason = stayIn.get(change.file.path)?.get(change.name)
      if (reason !== undefined) return [see(change, 'stop', reason)]
      if (SLEEPS_LONG.test(change.name)) return [see(change, 'careful', 'tasks sleep in this function for as long as nothing happens')]
      const body = textOf(before.body)
      const hasLongLoop = /\b(for\s*\(\s*;\s*;\s*\)|while\s*\(\s*(1|true)\s*\)|do\s*\{)/.test(body)
      if (ASKS_TO_STOP.test(body) && /\b(while|for|do)\b/.test(body)) return [see(change, 'stop', 'it is the loop of a kernel thread')]
      const wait = WAITS.exec(body)?.[1]
      if (wait === undefined || (wait === 'schedule' && !hasLongLoop) || SETS_TIMER.test(body)) return []
      const isWoken = /interruptible|killable|signal_pending/.test(body)
      return [see(change, 'look', `it waits without a limit in ${wait}${isWoken ? ', until a signal' : ', and no signal ends that'}`)]
    }),
}

const ASKS_TO_STOP = /\bkthread_should_(stop|park)\b|\btry_to_freeze\b|\bwait_event_freezable\b/
const WAITS = /\b(wait_event(_interruptible|_killable)?|wait_for_completion(_interruptible|_killable)?|schedule|wait_on_bit\w*)\s*\(/
/** A timer that it sets ends the wait. */
const SETS_TIMER = /\b(add_timer|mod_timer|schedule_delayed_work|queue_delayed_work)\s*\(/
