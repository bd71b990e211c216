// A digest of the schemas and accounts of this release: the custom resource that prepares them runs when it changes.
const { createHash } = require('node:crypto');
const { readFileSync, readdirSync } = require('node:fs');

const SCHEMA = /^(apps|libs)\/[^/]+\/src\/(database\/)?(migrations\/.*|migrations|data-source)\.ts$/;
const ACCOUNTS = /^apps\/databases\/src\/(.+\/)?[\w-]+\.ts$/;

const files = ['apps', 'libs'].flatMap((root) =>
  readdirSync(root, { recursive: true })
    .map((name) => `${root}/${name}`)
    .filter((name) => SCHEMA.test(name) || ACCOUNTS.test(name)),
);
const hash = createHash('sha256');
for (const file of files.sort()) hash.update(file).update(readFileSync(file));
module.exports = hash.digest('hex').slice(0, 16);
