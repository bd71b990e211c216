import { getMetadataStorage, ValidationTypes } from 'class-validator';
import { nestedOf } from './quick-rules.js';

/** The part of JSON Schema (draft 7) that the contracts use. */
export type JsonSchema = Record<string, unknown>;

type Contract = new () => object;

interface Rule {
  name?: string | undefined;
  type: string;
  constraints?: unknown[] | undefined;
  each?: boolean | undefined;
}

const AN_OBJECT = { type: 'object' };

/** class-validator's rules in JSON Schema; a rule that is missing here is an error. */
const KEYWORDS: Record<string, (...constraints: unknown[]) => JsonSchema> = {
  isInt: () => ({ type: 'integer' }),
  isPositive: () => ({ minimum: 1 }),
  min: (minimum) => ({ minimum }),
  isString: () => ({ type: 'string' }),
  isBoolean: () => ({ type: 'boolean' }),
  maxLength: (maxLength) => ({ type: 'string', maxLength }),
  isLength: (minLength, maxLength) => ({ type: 'string', minLength, maxLength }),
  matches: (pattern) => ({ type: 'string', pattern: (pattern as RegExp).source }),
  isUuid: () => ({ type: 'string', format: 'uuid' }),
  isIso8601: () => ({ type: 'string', format: 'date-time' }),
  isIn: (values) => ({ type: 'string', enum: values }),
  equals: (value) => ({ const: value }),
  isObject: () => AN_OBJECT,
  isArray: () => ({ type: 'array' }),
  arrayMaxSize: (maxItems) => ({ maxItems }),
};

/** Returns the JSON Schema of a contract class, derived from its validation rules. */
export function jsonSchemaOf(contract: Contract): JsonSchema {
  const metadata = getMetadataStorage().getTargetValidationMetadatas(contract, '', false, false);
  const rules = new Map<string, Rule[]>();
  for (const rule of metadata) rules.set(rule.propertyName, [...(rules.get(rule.propertyName) ?? []), rule]);
  const required = [...rules].filter(([, own]) => applies(own, undefined)).map(([name]) => name);
  const properties = [...rules].map(([name, own]) => [name, propertySchema(contract, name, own)] as const);
  return { ...AN_OBJECT, required, properties: Object.fromEntries(properties) };
}

function propertySchema(contract: Contract, name: string, rules: Rule[]): JsonSchema {
  const schema: JsonSchema = {};
  for (const rule of rules) {
    if (rule.type === ValidationTypes.CONDITIONAL_VALIDATION) continue;
    if (rule.type !== ValidationTypes.NESTED_VALIDATION) Object.assign(schema, keywords(rule));
    else if (rule.each) schema['items'] = jsonSchemaOf(nestedOf(contract, name));
    else Object.assign(schema, jsonSchemaOf(nestedOf(contract, name)));
  }
  if (applies(rules, null)) return schema;
  return { ...schema, type: [schema['type'], 'null'], ...(schema['enum'] !== undefined && withNull(schema['enum'])) };
}

function keywords({ name = '', constraints = [] }: Rule): JsonSchema {
  const toSchema = KEYWORDS[name];
  if (!toSchema) throw new Error(`The rule ${name} has no JSON Schema yet: add it to json-schema.ts.`);
  return toSchema(...constraints);
}

/** Whether a property's rules check this value at all: @IsOptional and @ValidateIf decide. */
function applies(rules: Rule[], value: undefined | null): boolean {
  const conditions = rules.filter(({ type }) => type === ValidationTypes.CONDITIONAL_VALIDATION);
  return conditions.every(({ constraints = [] }) =>
    (constraints[0] as (object: object, value: unknown) => boolean)({}, value),
  );
}

function withNull(values: unknown): JsonSchema {
  return { enum: [...(values as unknown[]), null] };
}
