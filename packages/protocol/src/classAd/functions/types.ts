import type { AdFunction, FunctionGroup } from '../run.ts'
import { booleanOf, type Value } from '../value.ts'
import { ofOne } from './strict.ts'

function isOf(type: Value['type']): AdFunction {
  return ofOne((value) => booleanOf(value.type === type))
}

/** Which kind a value is of; the only functions besides =?= that see undefined and error. */
export const TYPES: FunctionGroup = {
  isundefined: isOf('undefined'),
  iserror: isOf('error'),
  isstring: isOf('string'),
  isinteger: isOf('integer'),
  isreal: isOf('real'),
  isboolean: isOf('boolean'),
  islist: isOf('list'),
  isclassad: isOf('ad'),
  isabstime: isOf('abstime'),
  isreltime: isOf('reltime'),
}
