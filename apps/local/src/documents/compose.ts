import type { Manifest } from '@app/service';

/** The services' entries of docker/compose.yml, which use the anchors above them in that file. */
export function composeServices(services: readonly Manifest[]): string {
  return services.map((service) => `${serviceLines(service, services).join('\n')}\n`).join('\n');
}

/** The condition that every service is healthy. */
export function composeConditions(services: readonly Manifest[]): string {
  return `x-every-service: &every-service\n${services.map(({ name }) => `  ${name}: ${HEALTHY}\n`).join('')}`;
}

/** The services' addresses for the gateway. */
export function composeAddresses(services: readonly Manifest[]): string {
  return `      SERVICES: ${services.map(({ name }) => `${name}=http://${name}:3000`).join(',')}\n`;
}

const HEALTHY = '{ condition: service_healthy }';

function serviceLines(service: Manifest, services: readonly Manifest[]): string[] {
  const { name, number, database, publishes, hears, inContainer: { volumes = [] } = {} } = service;
  const needsParts = database || publishes || hears !== undefined;
  return [
    `  ${name}:`,
    '    <<: *app',
    `    build: { context: .., dockerfile: docker/Dockerfile, args: { APP: ${name} } }`,
    `    image: commerce-${name}`,
    ...(needsParts ? dependsOn(service, services) : []),
    `    ports: ['127.0.0.1:${3010 + number}:3000']`,
    ...(volumes.length > 0 ? [`    volumes: [${volumes.map((volume) => `'${volume}'`).join(', ')}]`] : []),
    '    environment:',
    '      <<: *environment',
    ...Object.entries(environment(service, services)).map(([variable, value]) => `      ${variable}: ${value}`),
  ];
}

/** A service waits for the services it calls that have a lower number; calls to the others are retried. */
function dependsOn({ asks = {}, number }: Manifest, services: readonly Manifest[]): string[] {
  const before = services.filter((other) => other.name in asks && other.number < number);
  if (before.length === 0) return ['    depends_on: *parts'];
  return ['    depends_on:', '      <<: *parts', ...before.map(({ name }) => `      ${name}: ${HEALTHY}`)];
}

function environment(service: Manifest, services: readonly Manifest[]): Record<string, string> {
  const { name, database, answers, hears, asks = {}, inContainer } = service;
  const asked = services.filter((other) => other.name in asks);
  return {
    ...(database && { DATABASE_URL: `mysql://root@mysql:3306/commerce_${name}` }),
    ...(answers && { COMMANDS_PORT: `'${commandsPort(service)}'` }),
    ...(hears && { QUEUE_URL: `http://emulator:4566/000000000000/commerce-local-${name}` }),
    ...Object.fromEntries(
      asked.map((other) => [`${other.name.toUpperCase()}_COMMANDS`, `tcp://${other.name}:${commandsPort(other)}`]),
    ),
    ...inContainer?.environment,
  };
}

const commandsPort = ({ number }: Manifest): number => 3100 + number;
