import { expect, test } from 'vitest'
import { changeOfSpecimen } from '../../../test/kit/lint-specimen.ts'
import { findMissingState } from './missing-state.ts'

const said = (text: string) => findMissingState(changeOfSpecimen({ text })).map(({ subject, what }) => `${subject} ${what}`)

/** As maps that hash do in Linux 6.1.192. */
const SETTER = `static inline void htab_elem_set_ptr(struct htab_elem *l, u32 key_size, void __percpu *pptr)
{
-	*(void __percpu **)(l->key + key_size) = pptr;
+	*(void __percpu **)(l->key + roundup(key_size, 8)) = pptr;
}
`
const GETTER = `
static inline void __percpu *htab_elem_get_ptr(struct htab_elem *l, u32 key_size)
{
-	return *(void __percpu **)(l->key + key_size);
+	return *(void __percpu **)(l->key + roundup(key_size, 8));
}`

test('where one function stores and another one reads is reckoned in another way', () => {
  expect(said(SETTER + GETTER)).toEqual([
    'htab_elem_set_ptr stores at l->key + roundup(key_size, 8), before at l->key + key_size, where htab_elem_get_ptr reads it (read off the text: a guess)',
    'htab_elem_get_ptr reads at l->key + roundup(key_size, 8), before at l->key + key_size, where htab_elem_set_ptr stores it (read off the text: a guess)',
  ])
})

test.each([
  ['only the reader was wrong', GETTER],
  ['two readers', GETTER + GETTER.replace('get_ptr', 'peek_ptr')],
  ['another place', SETTER + GETTER.replaceAll('l->key', 'l->value')],
  ['the place stays', `${SETTER}${GETTER}`.replaceAll('roundup(key_size, 8)', 'key_size')],
  ['new code alone', `${SETTER}${GETTER}`.replace(/^-.*\n/gm, '').replace(/^(?!\+)(.*)$/gm, '+$1')],
])('%s: nothing', (_, text) => {
  expect(said(text)).toEqual([])
})
