// The services' manifests, by their numbers, and their queues. Node strips the types: these files import nothing else.
const manifests = require('../apps/services.ts');
const { filterPolicy, names, queuesOf } = require('../libs/events/src/topology.ts');

const SERVICES = Object.values(manifests).sort((a, b) => a.number - b.number);
const named = Object.fromEntries(SERVICES.map((service) => [service.name, service]));

/** The functions of a service, as its lambda.ts exports them. */
const functionsOf = ({ answers, hears, publishes, onAws }) => {
  const usual = { http: true, rpc: answers, events: hears, relay: publishes };
  return [...new Set([...Object.keys(usual).filter((name) => usual[name]), ...Object.keys(onAws?.functions ?? {})])];
};

module.exports = { SERVICES, QUEUES: queuesOf(named), filterPolicy, functionsOf, names };
