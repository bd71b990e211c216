import { readFileSync } from 'node:fs';
import { type Built, functionNamed, functionsOf, list, rolesOf, statementsOf } from './built.js';
import { objections } from './open-statements.js';

/** The table of docs/operations.md: statement → the actions it names. */
function explained(): Map<string, string[]> {
  const document = readFileSync('docs/operations.md', 'utf8');
  const table = document.slice(
    document.indexOf('| Statement |'),
    document.indexOf('\n\n', document.indexOf('| Statement |')),
  );
  const rows = table.split('\n').slice(2);
  return new Map(
    rows.map((row) => {
      const [, sid = '', actions = '', resource = '', why = ''] = row.split('|').map((cell) => cell.trim());
      if (resource === '' || why === '') throw new Error(`${sid} is not explained in docs/operations.md.`);
      return [sid.replaceAll('`', ''), [...actions.matchAll(/`([^`]+)`/g)].map(([, action = '']) => action)];
    }),
  );
}

export const ONLY_BY_PARAMETER = ['ProxyReadsSecrets', 'AnswerSessions'];

/** `optional`: statements of the table that exist only with some parameters. */
export function describePermissions(template: Built, optional: string[]): void {
  describe('permissions', () => {
    it('are named actions on named resources, or explained', () => {
      expect(objections(rolesOf(template()))).toEqual([]);
    });

    it('are only in roles: there are no users, groups or other policies', () => {
      const kinds = Object.values(template().Resources).map(({ Type }) => Type);
      const besides = kinds.filter((kind) => kind.startsWith('AWS::IAM::') && kind !== 'AWS::IAM::InstanceProfile');
      expect([...new Set(besides)]).toEqual(['AWS::IAM::Role']);
    });

    it("without a resource are for Lambda only: the function's code is denied them", () => {
      const statements = statementsOf(template());
      for (const { role, Action } of statements.filter(({ Sid }) => Sid === 'JoinNetwork')) {
        const denial = statements.find((each) => each.role === role && each.Effect === 'Deny');
        expect([role, denial?.Action]).toEqual([role, Action]);
        expect(JSON.stringify(denial?.Condition)).toContain('lambda:SourceFunctionArn');
      }
    });

    it('let only issuers and makers of signing keys read the private part; the rest of users reads the public', () => {
      const readers = statementsOf(template()).filter(({ Resource }) =>
        JSON.stringify(Resource ?? '').includes('SigningKeysSecret'),
      );
      const makers = ['DatabasesMigrateRole', 'DatabasesRotateRole'];
      expect([...new Set(readers.map(({ role }) => role))].sort()).toEqual([...makers, 'UsersHttpRole']);
      const keysOf = (name: string) => functionNamed(template(), name)[1].Environment?.Variables['JWT_KEYS'];
      expect(keysOf('users-http')).toEqual({ 'Fn::Sub': 'secret:${SigningKeysSecret}' });
      for (const name of ['users-rpc', 'users-relay'])
        expect([name, keysOf(name)]).toEqual([name, { 'Fn::Sub': 'secret:${PublicKeysSecret}' }]);
    });

    it.each([
      ['StripeKeySecret', 'PaymentsPspRole'],
      ['StripeWebhookSecret', 'PaymentsHttpRole'],
    ])('let %s be read by one function, %s', (secret, role) => {
      const readers = statementsOf(template()).filter(({ Resource }) =>
        JSON.stringify(Resource ?? '').includes(secret),
      );
      expect(readers.map((reader) => [reader.role, reader.Sid])).toEqual([[role, 'ReadSecrets']]);
    });

    it('let only the functions of payments ask for money', () => {
      const callers = statementsOf(template()).filter(({ Resource }) =>
        JSON.stringify(Resource ?? '').includes('-payments-psp"'),
      );
      const asking = callers.filter(({ Action }) => list(Action ?? []).includes('lambda:InvokeFunction'));
      expect(asking.map(({ role }) => role).sort()).toEqual([
        'PaymentsEventsRole',
        'PaymentsHttpRole',
        'PaymentsRelayRole',
      ]);
    });

    it('belong to one function each', () => {
      const roles = functionsOf(template()).map(([, { Role }]) => Role['Fn::GetAtt'][0]);
      expect(new Set(roles).size).toBe(roles.length);
    });

    it('match the explanations for the operator, action by action', () => {
      const built = new Map(statementsOf(template()).map(({ Sid, Action }) => [Sid, list(Action ?? [])]));
      const documented = new Map([...explained()].filter(([sid]) => built.has(sid) || !optional.includes(sid)));
      const sorted = (statements: Map<string, string[]>) =>
        [...statements].map(([sid, actions]) => [sid, [...actions].sort()] as const).sort();
      expect(sorted(built)).toEqual(sorted(documented));
    });
  });
}
