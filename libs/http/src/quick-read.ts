import { getMetadataStorage } from 'class-validator';
import type { Reading } from './reading.js';

/** How a field of a DTO is read and checked. */
export interface FieldPlan {
  convert: (value: unknown, reading: Reading) => unknown;
  check: (value: unknown) => boolean;
  optional: boolean;
  nullable: boolean;
  /** The class of the field's object, or of each object in its list. */
  nested?: (() => DtoClass) | undefined;
  /** Maximum number of objects in the list. */
  maxItems?: number | undefined;
  /** The field of a query gathers the parameters whose names begin with it. */
  prefix?: string | undefined;
}

type Plan = ReadonlyMap<string, FieldPlan>;
export type DtoClass = new () => object;

/** A condition and a check: the rules that `field` registers with class-validator. A field of objects has one more. */
const RULES_OF_A_FIELD = 2;

const fields = new WeakMap<object, Map<string, Partial<FieldPlan>>>();
const gathering = new WeakMap<DtoClass, readonly [field: string, prefix: string][]>();
const plans = new WeakMap<DtoClass, { plan: Plan | undefined }>();

/** Adds a part of a field's plan while its decorators are applied. */
export function planField(prototype: object, name: string, part: Partial<FieldPlan>): void {
  const own = fields.get(prototype) ?? new Map<string, Partial<FieldPlan>>();
  fields.set(prototype, own.set(name, { ...own.get(name), ...part }));
}

/** The plans of a class's fields, even if the class cannot be read quickly. */
export function plannedFields(type: DtoClass): ReadonlyMap<string, Partial<FieldPlan>> {
  const found = new Map<string, Partial<FieldPlan>>();
  for (let at: object | null = type.prototype as object; at; at = Object.getPrototypeOf(at) as object | null) {
    for (const [name, field] of fields.get(at) ?? []) found.set(name, { ...field, ...found.get(name) });
  }
  return found;
}

/** The query, with the parameters that a field gathers by their names' beginning as an object under the field's name. */
export function gatherParameters(type: DtoClass, query: Record<string, unknown>): Record<string, unknown> {
  let prefixes = gathering.get(type);
  if (!prefixes) gathering.set(type, (prefixes = prefixesOf(type)));
  let read = query;
  for (const [field, prefix] of prefixes) {
    const [gathered, others] = split(Object.entries(read), ([name]) => name.startsWith(prefix));
    if (gathered.length === 0) continue;
    const named = gathered.map(([name, value]) => [name.slice(prefix.length), value] as const);
    read = { ...Object.fromEntries(others), [field]: Object.fromEntries(named) };
  }
  return read;
}

function prefixesOf(type: DtoClass): [field: string, prefix: string][] {
  return [...plannedFields(type)].flatMap(([field, { prefix }]) => (prefix === undefined ? [] : [[field, prefix]]));
}

function split<T>(all: readonly T[], isFirst: (one: T) => boolean): [T[], T[]] {
  return [all.filter(isFirst), all.filter((one) => !isFirst(one))];
}

/**
 * Returns a DTO if the value keeps every rule: the same result as class-transformer and class-validator, in a twentieth
 * of the time. Undefined when a rule is broken, or the class has rules that are not from `field`.
 */
export function quickRead(type: DtoClass, value: Record<string, unknown>, reading: Reading): object | undefined {
  let known = plans.get(type);
  if (!known) plans.set(type, (known = { plan: planOf(type) }));
  const { plan } = known;
  if (!plan) return undefined;
  const dto = new type() as Record<string, unknown>;
  for (const name of Object.keys(value)) {
    const field = plan.get(name);
    if (!field) return undefined;
    dto[name] = field.convert(value[name], reading);
  }
  for (const [name, field] of plan) {
    if (!isKept(field, dto[name])) return undefined;
    if (!field.nested || !dto[name]) continue;
    if (!(dto[name] = readNested(field.nested(), dto[name], reading))) return undefined;
  }
  return dto;
}

function readNested(type: DtoClass, value: object, reading: Reading): object | undefined {
  if (!Array.isArray(value)) return quickRead(type, value as Record<string, unknown>, reading);
  const read = value.map((each: Record<string, unknown>) => quickRead(type, each, reading));
  return read.includes(undefined) ? undefined : read;
}

function isKept({ optional, nullable, check }: FieldPlan, value: unknown): boolean {
  return (optional && value === undefined) || (nullable && value === null) || check(value);
}

function planOf(type: DtoClass): Plan | undefined {
  const plan = new Map<string, FieldPlan>();
  for (const [
    name,
    { check, convert = (value: unknown) => value, optional = false, nullable = false, nested },
  ] of plannedFields(type)) {
    if (check) plan.set(name, { check, convert, optional, nullable, nested });
  }
  const rules = getMetadataStorage().getTargetValidationMetadatas(type, '', true, false);
  const nestedCount = [...plan.values()].filter(({ nested }) => nested).length;
  return rules.length === RULES_OF_A_FIELD * plan.size + nestedCount ? plan : undefined;
}
