/** The circles of a graph: its strongly connected components with more than one node, each in the graph's order. */
export function circlesOf(graph: Readonly<Record<string, readonly string[]>>): string[][] {
  const nodes = Object.keys(graph);
  const reached = new Map(nodes.map((node) => [node, reachableFrom(graph, node)]));
  const circles = nodes
    .filter((node) => reached.get(node)?.has(node))
    .map((node) => nodes.filter((other) => reached.get(node)?.has(other) && reached.get(other)?.has(node)));
  return [...new Map(circles.map((circle) => [circle.join(), circle])).values()];
}

function reachableFrom(graph: Readonly<Record<string, readonly string[]>>, start: string): Set<string> {
  const found = new Set<string>();
  const open = [...(graph[start] ?? [])];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (found.has(next)) continue;
    found.add(next);
    open.push(...(graph[next] ?? []));
  }
  return found;
}
