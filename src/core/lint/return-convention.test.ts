import { describe, expect, test } from 'vitest'
import { brief, reviewSpecimen } from '../../../test/kit/lint-specimen.ts'

const said = (text: string) =>
  brief(reviewSpecimen(text))
    .filter((line) => line.includes('return-convention'))
    .map((line) => line.replace(' return-convention', ''))

const ALLOC = `static struct audit_tree *alloc_tree(const char *s)
{
	if (!*s)
-		return NULL;
+		return ERR_PTR(-EINVAL);
	return tree;
}
`
const NOW = 'alloc_tree: can return ERR_PTR now, before only NULL'

test('who calls it by a pointer reads the answer as before: sequences of files take NULL for their end', () => {
  const table = '\nstatic const struct seq_operations ops = {\n	.start = alloc_tree,\n};\n'
  expect(said(ALLOC + table)).toEqual([`careful ${NOW}; its address is kept at net/foo.c:9`])
  // A table that the fix brings: who reads it is new, too.
  expect(said(ALLOC + table.replace(/^(?=.)/gm, '+'))).toEqual([])
})

describe('callers that are replaced together', () => {
  const caller = (lines: string) => `${ALLOC}\nstatic int make_tree(struct rule *rule)\n{\n${lines}\n}\n`

  test('agree within a task, and may hand the answer on', () => {
    const lines = '	tree = alloc_tree(rule->path);\n-	if (!tree)\n+	if (IS_ERR(tree))\n		return -ENOMEM;'
    expect(said(caller(lines))).toEqual([`look ${NOW}; replaced together with make_tree, which must not hand it on`])
  })

  test('may leave an error where code that stays expects NULL', () => {
    const lines = '	rule->tree = alloc_tree(rule->path);\n-	if (!rule->tree)\n+	if (IS_ERR(rule->tree))\n		return -ENOMEM;'
    const stored = `careful ${NOW}; make_tree stores it in rule->tree, where code that stays may test it the old way`
    expect(said(caller(lines))).toEqual([stored])
    const emptied = lines.replace('		return', '+		rule->tree = NULL;\n		return')
    expect(said(caller(emptied))[0]).toMatch(/^look/)
  })
})

describe('NULL by the name of a variable', () => {
  const alloc = (old: string) => `static struct audit_tree *alloc_tree(const char *s)
{
	tree = kmalloc(sizeof(*tree), GFP_KERNEL);
${old}
	return tree;
}

void audit(struct rule *rule)
{
	tree = alloc_tree(rule->path);
}`
  const NEW = '+	if (!tree)\n+		return ERR_PTR(-ENOMEM);\n'

  test.each([
    ['was the answer where nothing was there', `-	if (tree)\n-		fill(tree);\n${NEW}+	fill(tree);`, 1],
    ['was the answer at once', `-	if (!tree)\n-		return tree;\n${NEW}	fill(tree);`, 1],
    ['was none: it left another way', `-	if (!tree)\n-		goto fail;\n${NEW}	fill(tree);`, 0],
    ['was none: another variable is tested', '-	fill(tree);\n+	if (!rule)\n+		return ERR_PTR(-ENOMEM);', 0],
  ])('%s', (_, old, times) => {
    expect(said(alloc(old))).toHaveLength(times)
  })
})
