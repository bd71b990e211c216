import { circlesOf } from './circles.js';

/** The used parts of dependency-cruiser's report. */
export interface Cruise {
  modules: { source: string; dependencies: { resolved: string }[] }[];
}

/** The room of a file: a lib, a folder of an app, an app's settings for its rooms, or its root, which composes them. */
function roomOf(path: string): string | undefined {
  const [, lib] = /^libs\/([^/]+)\//.exec(path) ?? [];
  if (lib !== undefined) return `libs/${lib}`;
  const [, set] = /^apps\/([^/]+)\/src\/[^/]+\.(?:config|manifest|settings)\.ts$/.exec(path) ?? [];
  if (set !== undefined) return `apps/${set} settings`;
  const [, app, room] = /^apps\/([^/]+)\/src\/(?:([^/]+)\/)?/.exec(path) ?? [];
  return app === undefined ? undefined : room === undefined ? `apps/${app}` : `apps/${app}/${room}`;
}

/** The rooms imported by each room, without tests. */
export function roomGraph({ modules }: Cruise): Record<string, string[]> {
  const graph = new Map<string, Set<string>>();
  for (const { source, dependencies } of modules) {
    const from = roomOf(source);
    if (from === undefined || /\.(spec|int-spec)\.ts$/.test(source)) continue;
    const reached = graph.get(from) ?? new Set();
    for (const { resolved } of dependencies) {
      const to = roomOf(resolved);
      if (to !== undefined && to !== from) reached.add(to);
    }
    graph.set(from, reached);
  }
  return Object.fromEntries([...graph].sort().map(([room, reached]) => [room, [...reached].sort()]));
}

/** Describes rooms, arrows and circles in lines, with the figures last. */
export function describeRooms(graph: Record<string, string[]>): string {
  const circles = circlesOf(graph);
  const arrows = Object.values(graph).reduce((sum, reached) => sum + reached.length, 0);
  return [
    ...Object.entries(graph).map(([room, reached]) => `${room} → ${reached.join(', ') || 'nothing'}`),
    ...circles.map((circle) => `circle: ${circle.join(', ')}`),
    `${Object.keys(graph).length} rooms, ${arrows} arrows, ${circles.length} circles`,
  ].join('\n');
}
