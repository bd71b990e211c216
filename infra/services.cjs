// The services' manifests, by their numbers, and their queues. Node strips the types: these files import nothing else.
const { existsSync, readdirSync } = require('node:fs');
const { join } = require('node:path');
const { filterPolicy, names, queuesOf } = require('../libs/events/src/topology.ts');

const APPS = join(__dirname, '../apps');
const SERVICES = readdirSync(APPS)
  .map((app) => join(APPS, app, `src/${app}.manifest.ts`))
  .filter((file) => existsSync(file))
  .map((file) => require(file).manifest)
  .sort((a, b) => a.number - b.number);
const named = Object.fromEntries(SERVICES.map((service) => [service.name, service]));

/** The functions of a service, as exported by its lambda.ts. */
const functionsOf = ({ answers, hears, publishes, onAws }) => {
  const usual = { http: true, rpc: answers, events: hears, relay: publishes };
  return [...new Set([...Object.keys(usual).filter((name) => usual[name]), ...Object.keys(onAws?.functions ?? {})])];
};

/** Those of them that stand outside the network. */
const outsideOf = ({ onAws }) => {
  const functions = Object.entries(onAws?.functions ?? {});
  return functions.filter(([, { outside }]) => outside).map(([name]) => name);
};

module.exports = { SERVICES, QUEUES: queuesOf(named), filterPolicy, functionsOf, names, outsideOf };
