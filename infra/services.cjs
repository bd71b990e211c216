// The services' manifests by number, and their queues. Node can strip the types, since these files import nothing else.
const manifests = require('../apps/services.ts');
const { filterPolicy, names, queuesOf } = require('../libs/events/src/topology.ts');

const SERVICES = Object.values(manifests).sort((a, b) => a.number - b.number);
const named = Object.fromEntries(SERVICES.map((service) => [service.name, service]));

/** The functions of a service, as exported by its lambda.ts. */
const functionsOf = ({ answers, hears, publishes, onAws }) => {
  const usual = { http: true, rpc: answers, events: hears, relay: publishes };
  return [...new Set([...Object.keys(usual).filter((name) => usual[name]), ...Object.keys(onAws?.functions ?? {})])];
};

module.exports = { SERVICES, QUEUES: queuesOf(named), filterPolicy, functionsOf, names };
