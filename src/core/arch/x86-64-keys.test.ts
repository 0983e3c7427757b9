import { expect, test } from 'vitest'
import { readKeysInstead } from './x86-64-keys.ts'

const label = (code: string, key: string) => `	movq	(%rax), %rbp
#APP
# 27 "./arch/x86/include/asm/jump_label.h" 1
	1:${code}
	.pushsection __jump_table,  "aw" 
	 .balign 8 
	.long 1b - . 
	.long .L251 - . 
	 .quad ${key} - .
	.popsection 
	
# 0 "" 2
#NO_APP
	ret
`
const read = (compare: string, jump: string) => `	movq	(%rax), %rbp
#APP
# 27 "./arch/x86/include/asm/jump_label.h" 1
	1:cmpl $0, ${compare}(%rip)
	${jump} .L251
	
# 0 "" 2
#NO_APP
	ret
`

test('jump labels of the given keys read their key, the others stay', () => {
  const keys = new Set(['__tracepoint_read', 'off_by_default.7', 'on'])
  const other = label('jmp .L251 # objtool NOPs this ', 'context_tracking_key + 2')
  const text = [
    label('jmp .L251 # objtool NOPs this ', '__tracepoint_read+8 + 2'),
    other,
    label('jmp .L251', 'off_by_default.7 + 0'),
    label('.byte 0x0f,0x1f,0x44,0x00,0x00', 'on + 1'),
  ]
  expect(readKeysInstead(text.join(''), keys)).toBe(
    [read('__tracepoint_read+8', 'jne'), other, read('off_by_default.7', 'jne'), read('on', 'je')].join(''),
  )
})
