import { type Rule, type Sight, see } from './finding.ts'

const HOT =
  /^(try_to_wake_up|ttwu_\w+|enqueue_task\w*|dequeue_task\w*|pick_next_\w+|update_curr|scheduler_tick|do_syscall_64|handle_mm_fault|__handle_mm_fault|do_user_addr_fault|exc_page_fault|__alloc_pages|get_page_from_freelist|kmem_cache_alloc\w*|kmem_cache_free|kfree|__kmalloc\w*|slab_alloc\w*|_?_?netif_receive_skb\w*|__dev_queue_xmit|dev_hard_start_xmit|net_rx_action|napi_\w+|ip_rcv\w*|ip_local_deliver\w*|ip_queue_xmit|__ip_queue_xmit|tcp_v[46]_rcv|tcp_rcv_established|tcp_ack|tcp_write_xmit|__tcp_transmit_skb|tcp_sendmsg\w*|tcp_recvmsg\w*|udp_rcv|__udp4_lib_rcv|sock_(send|recv)msg|link_path_walk|lookup_fast|walk_component|__d_lookup\w*|path_openat|vfs_(read|write|open)|blk_mq_\w*(submit|dispatch|complete)\w*|submit_bio\w*|fget\w*|__fget\w*|fput|hrtimer_interrupt|__do_softirq|handle_irq_event\w*|irq_exit\w*|ktime_get\w*)$/

/** Entry points that run many times a second on every machine. */
export const HOT_FUNCTION: Rule = {
  id: 'hot-function',
  why: 'each call of a replaced function goes through ftrace first; here that is paid on every packet, fault, wake-up or system call, by every machine of the fleet at once',
  check: 'measure the workload that matters with the patch loaded; change a colder function if the fix allows it',
  find: (review) =>
    review.functions.flatMap((change): Sight[] =>
      change.before !== undefined && change.after !== undefined && HOT.test(change.name)
        ? [see(change, 'look', 'it is on a hot path')]
        : [],
    ),
}
