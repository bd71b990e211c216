import { type Template, templateOf } from '../support/templates.js';
import { describeData } from './infrastructure/data.js';
import { describeNetwork } from './infrastructure/network.js';
import { describePermissions } from './infrastructure/permissions.js';
import { describeQueues } from './infrastructure/queues.js';
import { describeWatching } from './infrastructure/watching.js';

describe.each(['dev', 'staging', 'prod'])('the template of %s', (stage) => {
  let built: Template;
  const template = () => built;
  beforeAll(async () => {
    built = await templateOf(stage);
  }, 180_000);

  describePermissions(template);
  describeQueues(template);
  describeData(template, stage);
  describeNetwork(template, stage);
  describeWatching(template, stage);

  it('is what was reviewed', () => {
    expect(normalised(template())).toMatchSnapshot();
  });
});

/** Without what changes with every deployment: where the packages are, and which migrations there are. */
function normalised(template: Template): unknown {
  const resources = Object.entries(template.Resources).map(([id, { Type, Properties }]) => {
    const text = JSON.stringify(Properties ?? {})
      .replaceAll(/"S3Key":"[^"]*"/g, '"S3Key":"…"')
      .replaceAll(/"(Digest|MIGRATIONS_DIGEST)":"[^"]*"/g, '"$1":"…"');
    return `${id} ${Type} ${text}`;
  });
  return resources.sort();
}
