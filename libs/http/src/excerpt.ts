import { getMetadataStorage } from 'class-validator';
import { type DtoClass, plannedFields } from './quick-read.js';

/** Characters of a made-up name that a response repeats. */
const MAX_NAME = 100;

/**
 * Copies as much of an invalid value as is needed to find its errors: at most `unknown` unknown names, one item more
 * than a list may have, and no content where no object is allowed. class-transformer and class-validator take
 * milliseconds for a thousand names.
 */
export function excerptOf(type: DtoClass, value: Record<string, unknown>, unknown: number): Record<string, unknown> {
  return copy(type, value, { unknown });
}

function copy(type: DtoClass, value: Record<string, unknown>, left: { unknown: number }): Record<string, unknown> {
  const plan = plannedFields(type);
  const known = knownNames(type);
  const excerpt: Record<string, unknown> = {};
  for (const [name, item] of Object.entries(value)) {
    const { nested, maxItems, check } = plan.get(name) ?? {};
    if (!known.has(name)) {
      if (left.unknown-- > 0) excerpt[name.slice(0, MAX_NAME)] = null;
    } else if (nested) excerpt[name] = copyNested(nested(), item, { maxItems, left });
    else if (maxItems !== undefined && Array.isArray(item)) excerpt[name] = item.slice(0, maxItems + 1).map(emptied);
    else excerpt[name] = check ? emptied(item) : item;
  }
  return excerpt;
}

function copyNested(
  type: DtoClass,
  item: unknown,
  { maxItems = 0, left }: { maxItems: number | undefined; left: { unknown: number } },
): unknown {
  const each = (one: unknown): unknown => (isPlain(one) ? copy(type, one, left) : Array.isArray(one) ? [] : one);
  return Array.isArray(item) ? item.slice(0, maxItems + 1).map(each) : each(item);
}

/** A field that is neither an object nor a list rejects an empty one as well as a large one. */
function emptied(item: unknown): unknown {
  return Array.isArray(item) ? [] : isPlain(item) ? {} : item;
}

function knownNames(type: DtoClass): Set<string> {
  const rules = getMetadataStorage().getTargetValidationMetadatas(type, '', true, false);
  return new Set(rules.map(({ propertyName }) => propertyName));
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
