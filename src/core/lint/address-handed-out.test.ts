import { describe, expect, test } from 'vitest'
import { brief, reviewSpecimen } from '../../../test/kit/lint-specimen.ts'

describe('what the fix brings is handed out', () => {
  const TABLE = `+static const struct header_ops foo_header_ops = {
+	.create = foo_header_create,
+};
+`
  const enslave = (line: string) =>
    reviewSpecimen(`${TABLE}
static void foo_enslave(struct net_device *dev)
{
+	${line}
}`)
  test.each([
    ['dev->header_ops = &foo_header_ops;', ['foo_enslave stores it, or hands it on']],
    ['dev->header_ops = wide ? &foo_header_ops : NULL;', ['foo_enslave stores it, or hands it on']],
    ['foo_register(dev,\n+		     &foo_header_ops);', ['foo_enslave hands it to foo_register']],
    ['foo_register(dev, &foo_header_ops);', ['foo_enslave hands it to foo_register']],
    ['if (dev->header_ops == &foo_header_ops) return;', []],
    ['foo_header_ops.create(dev);', []],
    ['size = sizeof(foo_header_ops);', []],
  ])('%s', (line, said) => {
    expect(brief(enslave(line)).filter((one) => one.includes('address-handed-out'))).toEqual(
      said.map((what) => `look address-handed-out foo_header_ops: its address is handed out: ${what}`),
    )
  })
})
