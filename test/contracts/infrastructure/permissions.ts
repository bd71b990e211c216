import { readFileSync } from 'node:fs';
import { ofType } from '../../support/templates.js';
import { type Built, functionsOf, list, type Statement, statementsOf } from './built.js';

/** Statements with a `*`, and why there is no resource to name. */
const WITHOUT_RESOURCE: Record<string, string> = {
  JoinNetwork: 'Lambda creates the interfaces, which have no name before they exist',
};

const OPEN = /:\*"|"\*"/;
const LOG_STREAMS = /log-group:[^"]*:\*"/g;

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

export function describePermissions(template: Built): void {
  describe('permissions', () => {
    it('are named actions on named resources, or explained', () => {
      const open = statementsOf(template()).filter(
        ({ Effect, Action, Resource }) =>
          Effect === 'Allow' &&
          (list(Action).some((action) => action.includes('*')) ||
            OPEN.test(JSON.stringify(Resource).replaceAll(LOG_STREAMS, '"'))),
      );
      expect([...new Set(open.map(({ Sid }) => Sid))]).toEqual(Object.keys(WITHOUT_RESOURCE));
    });

    it("that know no resource are Lambda's alone: the function's own code is denied them", () => {
      const statements = statementsOf(template());
      for (const { role, Action } of statements.filter(({ Sid }) => Sid in WITHOUT_RESOURCE)) {
        const denial = statements.find((each) => each.role === role && each.Effect === 'Deny');
        expect([role, denial?.Action]).toEqual([role, Action]);
        expect(JSON.stringify(denial?.Condition)).toContain('lambda:SourceFunctionArn');
      }
    });

    it('belong to one function each', () => {
      const roles = functionsOf(template()).map(([, { Role }]) => Role['Fn::GetAtt'][0]);
      expect(new Set(roles).size).toBe(roles.length);
    });

    it('are the ones that are explained to the operator, action by action', () => {
      const built = new Map(statementsOf(template()).map(({ Sid, Action }) => [Sid, list(Action)]));
      const sorted = (statements: Map<string, string[]>) =>
        [...statements].map(([sid, actions]) => [sid, [...actions].sort()] as const).sort();
      expect(sorted(built)).toEqual(sorted(explained()));
    });

    it('let a topic send to a queue only under its own name', () => {
      for (const [, { PolicyDocument: document }] of ofType(template(), 'AWS::SQS::QueuePolicy')) {
        for (const { Condition } of (document as { Statement: Statement[] }).Statement) {
          expect(Condition).toEqual({
            ArnEquals: { 'aws:SourceArn': { Ref: expect.stringMatching(/Topic$/) as string } },
          });
        }
      }
    });
  });
}
