// Names the schema this release needs: the custom resource that migrates runs when it changes.
const { createHash } = require('node:crypto');
const { readFileSync, readdirSync } = require('node:fs');

const MIGRATION = /^(apps|libs)\/[^/]+\/src\/(database\/)?(migrations\/.*|migrations|data-source)\.ts$/;

const files = ['apps', 'libs'].flatMap((root) =>
  readdirSync(root, { recursive: true })
    .map((name) => `${root}/${name}`)
    .filter((name) => MIGRATION.test(name)),
);
const hash = createHash('sha256');
for (const file of files.sort()) hash.update(file).update(readFileSync(file));
module.exports = hash.digest('hex').slice(0, 16);
