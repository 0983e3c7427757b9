import { expect, test } from 'vitest'
import { parseControlGroup } from './control-group.ts'

const ID = '0123456789ab'.padEnd(64, 'c')

test.each<[string, string, string | undefined, string | undefined]>([
  ['a service', '0::/system.slice/ssh.service\n', 'ssh.service', undefined],
  ['a login', '0::/user.slice/user-0.slice/session-3.scope\n', 'session-3.scope', undefined],
  ['a container of Docker with systemd', `0::/system.slice/docker-${ID}.scope\n`, `docker-${ID}.scope`, '0123456789ab'],
  ['a container of Docker without', `0::/docker/${ID}\n`, undefined, '0123456789ab'],
  ['a pod', `0::/kubepods.slice/kubepods-burstable.slice/cri-containerd-${ID}.scope\n`, `cri-containerd-${ID}.scope`, '0123456789ab'],
  ['a container of LXC', '0::/lxc.payload.web/system.slice/nginx.service\n', 'nginx.service', 'web'],
  ['a host with the older hierarchies', '12:cpu:/\n1:name=systemd:/system.slice/cron.service\n', 'cron.service', undefined],
  ['a kernel thread', '0::/\n', undefined, undefined],
])('%s', (_, text, unit, container) => {
  expect(parseControlGroup(text)).toEqual({ unit, container })
})
