export { compareLayouts } from './compare-layouts.ts'
export { disturbLayouts, isDisturbed } from './disturb.ts'
export { type LayoutChange, type MemberChange, formatLayoutChange, nameOfLayout } from './layout-change.ts'
export { openShapeOf, shapeOf } from './shape.ts'
