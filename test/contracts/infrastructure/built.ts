import { ofType, type Template } from '../../support/templates.js';

export interface FunctionProperties {
  FunctionName: string;
  Role: { 'Fn::GetAtt': [string, string] };
  Timeout: number;
  Runtime: string;
  Architectures: string[];
  ReservedConcurrentExecutions?: number;
  Environment?: { Variables: Record<string, unknown> };
  VpcConfig?: { SecurityGroupIds: unknown[]; SubnetIds: unknown[] };
}

export interface Statement {
  Sid: string;
  Effect: string;
  Action: string | string[];
  Resource: unknown;
  Principal?: unknown;
  Condition?: unknown;
}

export const list = <T>(value: T | T[]): T[] => (Array.isArray(value) ? value : [value]);

/** A stage's built template, once it is built. */
export type Built = () => Template;

export const functionsOf = (template: Template) =>
  ofType(template, 'AWS::Lambda::Function') as unknown as [string, FunctionProperties][];

export function functionNamed(template: Template, name: string): [string, FunctionProperties] {
  const found = functionsOf(template).find(([, { FunctionName }]) => FunctionName.endsWith(name));
  if (!found) throw new Error(`There is no function ${name}.`);
  return found;
}

export const statementsOf = (template: Template) =>
  ofType(template, 'AWS::IAM::Role').flatMap(([role, { Policies: policies }]) =>
    (policies as { PolicyDocument: { Statement: Statement[] } }[]).flatMap(({ PolicyDocument: document }) =>
      document.Statement.map((statement) => ({ role, ...statement })),
    ),
  );

/** The properties of the one resource with this id. */
export function propertiesOf(template: Template, id: string): Record<string, unknown> {
  const found = template.Resources[id];
  if (!found) throw new Error(`There is no resource ${id}.`);
  return found.Properties;
}
