import { list, type Role, type Statement } from './built.js';

/** Statements whose resource is or ends in `*`, literally, with the reason. */
const EXPLAINED: Record<string, { resource: RegExp; why: string }> = {
  WriteLogs: {
    resource: /^arn:[^*]+:log-group:\/aws\/lambda\/\$\{AWS::StackName\}-[a-z]+-[a-z]+:\*$/,
    why: "the streams of the function's own log group, which Lambda names",
  },
  AnswerSessions: { resource: /^\*$/, why: 'a channel of Session Manager has no name before it is opened' },
  ...Object.fromEntries(
    ['SignUploads', 'ReadUploads', 'WriteImages', 'RemoveFiles'].map((sid) => [
      sid,
      {
        resource: /^\$\{MediaBucket\.Arn\}\/(uploads|media)\/\*$/,
        why: 'uploads and images, which get their names later',
      },
    ]),
  ),
  JoinNetwork: { resource: /^\*$/, why: 'Lambda creates the interfaces, which have no name before they exist' },
};

/** The text of a resource, which may use CloudFormation functions. */
const textOf = (resource: unknown) =>
  typeof resource === 'string' ? resource : ((resource as Record<string, unknown>)['Fn::Sub'] as string | undefined);

/** Whether this resource is named, or is exactly the one explained for this statement. */
function isNamed(sid: string, resource: unknown): boolean {
  if (!JSON.stringify(resource).includes('*')) return true;
  return EXPLAINED[sid]?.resource.test(textOf(resource) ?? '') ?? false;
}

function* ofStatement({ Sid, Effect, Action, Resource, ...rest }: Statement): Generator<string> {
  if (!Sid) yield 'has a statement without a name';
  for (const excluding of ['NotAction', 'NotResource', 'NotPrincipal'])
    if (excluding in rest) yield `${Sid} uses ${excluding}, which allows whatever it does not name`;
  if (Effect === 'Deny') return;
  const [actions, resources] = [list(Action ?? []), list(Resource ?? [])];
  if (actions.length === 0 || resources.length === 0) yield `${Sid} names no action or no resource`;
  for (const action of actions) if (action.includes('*')) yield `${Sid} allows ${action}`;
  for (const resource of resources)
    if (!isNamed(Sid, resource)) yield `${Sid} allows it on ${JSON.stringify(resource)}`;
}

function* ofRole({ AssumeRolePolicyDocument: trust, Policies, ManagedPolicyArns }: Role): Generator<string> {
  for (const policy of ManagedPolicyArns ?? [])
    yield `takes ${JSON.stringify(policy)}, whose statements are not ours to read`;
  for (const { Effect, Principal, Action, ...rest } of trust.Statement) {
    const principal = JSON.stringify(Principal);
    if (Effect !== 'Allow' || !/^\{"Service":"[a-z0-9]+\.amazonaws\.com"\}$/.test(principal) || 'NotPrincipal' in rest)
      yield `can be assumed by ${principal}`;
    if (Action !== 'sts:AssumeRole') yield `can be assumed by ${JSON.stringify(Action)}`;
  }
  for (const { PolicyDocument: document } of Policies ?? [])
    for (const statement of document.Statement) yield* ofStatement(statement);
}

/** A sentence for each permission in these roles that is wider than a named action on a named resource. */
export const objections = (roles: [string, Role][]): string[] =>
  roles.flatMap(([id, role]) => [...ofRole(role)].map((objection) => `${id} ${objection}.`));
