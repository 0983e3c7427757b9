import type { LintCases } from './lint-case.ts'

/** What a fix may do with locks, one case for each rule of them. */
export const LOCK_CASES: LintCases = {
  'lock-order': {
    finds: `static void foo_close(struct foo *foo)
{
-	mutex_lock(&foo->config_lock);
-	spin_lock_bh(&foo->queue_lock);
+	spin_lock_bh(&foo->queue_lock);
+	mutex_lock(&foo->config_lock);
	foo->open = false;
	spin_unlock_bh(&foo->queue_lock);
	mutex_unlock(&foo->config_lock);
}`,
    says: 'stop lock-order foo_close: takes foo->config_lock with foo->queue_lock held; before it was the other way round',
    // The first lock is dropped before the second is taken.
    passes: `static void foo_close(struct foo *foo)
{
-	mutex_lock(&foo->config_lock);
-	spin_lock_bh(&foo->queue_lock);
+	spin_lock_bh(&foo->queue_lock);
	foo->open = false;
	spin_unlock_bh(&foo->queue_lock);
+	mutex_lock(&foo->config_lock);
	mutex_unlock(&foo->config_lock);
}`,
  },
  'lock-replaced': {
    finds: `static void foo_cancel(struct tcon *tcon)
{
-	spin_lock(&ses_lock);
+	spin_lock(&tcon->tc_lock);
	tcon->count++;
-	spin_unlock(&ses_lock);
+	spin_unlock(&tcon->tc_lock);
}`,
    says: 'stop lock-replaced foo_cancel: takes tcon->tc_lock where it took ses_lock',
    passes: `static void foo_cancel(struct tcon *tcon)
{
-	mutex_lock(&tcon->lock);
+	guard(mutex)(&tcon->lock);
	tcon->count++;
-	mutex_unlock(&tcon->lock);
}`,
  },
  'lock-moved': {
    finds: `static void foo_reset(struct foo *foo)
{
-	mutex_lock(&foo->lock);
	foo->state = 0;
-	mutex_unlock(&foo->lock);
}

static void foo_event(struct foo *foo)
{
+	mutex_lock(&foo->lock);
	foo_reset(foo);
+	mutex_unlock(&foo->lock);
}`,
    says: 'careful lock-moved foo_reset: leaves it to foo_event to take foo->lock',
    // Another label for the same way out.
    passes: `static int foo_reset(struct foo *foo)
{
	mutex_lock(&foo->lock);
-	if (foo->busy)
-		goto out;
+	if (foo->busy || foo->dead)
+		goto unlock;
	foo->state = 0;
-out:
+unlock:
	mutex_unlock(&foo->lock);
	return 0;
}`,
  },
  'lock-nested': {
    finds: `static void foo_hangup(struct foo *foo)
{
	mutex_lock(&foo->mutex);
+	spin_lock(&foo->list_lock);
	list_del(&foo->list);
+	spin_unlock(&foo->list_lock);
	mutex_unlock(&foo->mutex);
}`,
    says: 'careful lock-nested foo_hangup: newly takes foo->list_lock with foo->mutex held',
    // The way out drops the outer lock first.
    passes: `static int foo_hangup(struct foo *foo)
{
	mutex_lock(&foo->mutex);
	if (foo->dead) {
		mutex_unlock(&foo->mutex);
		return 0;
	}
	mutex_unlock(&foo->mutex);
+	spin_lock(&foo->list_lock);
	list_del(&foo->list);
+	spin_unlock(&foo->list_lock);
	return 0;
}`,
  },
  'lock-added': {
    finds: `long foo_describe(struct key *key)
{
+	down_read(&key->sem);
	copy_name(key->name);
+	up_read(&key->sem);
	return 0;
}`,
    says: 'look lock-added foo_describe: newly takes key->sem',
    passes: `long foo_describe(struct key *key)
{
-	copy_name(key->name);
+	lockdep_assert_held(&key->sem);
+	copy_name(key->name, qdisc_lock(key));
	return 0;
}`,
  },
}
