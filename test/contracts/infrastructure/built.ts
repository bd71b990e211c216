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
  Action?: string | string[];
  Resource?: unknown;
  Principal?: unknown;
  Condition?: unknown;
}

export interface Role {
  AssumeRolePolicyDocument: { Statement: Statement[] };
  Policies?: { PolicyName: string; PolicyDocument: { Statement: Statement[] } }[];
  ManagedPolicyArns?: unknown[];
}

export const list = <T>(value: T | T[]): T[] => (Array.isArray(value) ? value : [value]);

/** Returns a stage's template after it was built. */
export type Built = () => Template;

export const functionsOf = (template: Template) =>
  ofType(template, 'AWS::Lambda::Function') as unknown as [string, FunctionProperties][];

export function functionNamed(template: Template, name: string): [string, FunctionProperties] {
  const found = functionsOf(template).find(([, { FunctionName }]) => FunctionName.endsWith(name));
  if (!found) throw new Error(`There is no function ${name}.`);
  return found;
}

export const rolesOf = (template: Template) => ofType(template, 'AWS::IAM::Role') as unknown as [string, Role][];

export const statementsOf = (template: Template) =>
  rolesOf(template).flatMap(([role, { Policies: policies = [] }]) =>
    policies.flatMap(({ PolicyDocument: document }) => document.Statement.map((each) => ({ role, ...each }))),
  );

/** The properties of the resource with this id. */
export function propertiesOf(template: Template, id: string): Record<string, unknown> {
  const found = template.Resources[id];
  if (!found) throw new Error(`There is no resource ${id}.`);
  return found.Properties;
}
