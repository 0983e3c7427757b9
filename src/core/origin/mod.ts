export { type ComparedFile, NOT_COMPARED, compareFiles } from './compare-files.ts'
export { type Inventory, type Part, makeInventory } from './inventory.ts'
export { makeProvenance } from './provenance.ts'
